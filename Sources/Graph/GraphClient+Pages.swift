public import Sodium

/// Whom a token speaks for.
public struct Identity: Decodable, Equatable, Sendable {
    /// Graph's number for the user or page.
    public let id: String
    /// The name shown on facebook.com, if Graph told it.
    public let name: String?
}

/// A page as Graph lists it.
public struct GraphPage: Sendable {
    /// Graph's number for the page.
    public let id: String
    /// Its name, which anyone may have chosen.
    public let name: String?
    /// Such as "Community".
    public let category: String?
    /// What the user may do with it; an open set.
    public let tasks: [String]?
    /// Its token; nil where Graph gives none: a task too small, or two-factor authentication
    /// required by the page's business.
    public let token: SharedSecret?
}

extension GraphClient {
    /// Asks whom the token speaks for: `GET me?fields=id,name`.
    public func identity(
        of token: SharedSecret, appSecret: SharedSecret?
    ) async throws(GraphError) -> Identity {
        var request = GraphRequest(
            method: .get, path: "me", parameters: [("fields", .text("id,name"))], token: token)
        request.addProof(appSecret: appSecret)
        return try await ask(request, as: Identity.self)
    }

    /// Asks for one page: `GET {page-id}?fields=…,access_token`.
    public func page(
        _ id: String, token: SharedSecret, appSecret: SharedSecret?
    ) async throws(GraphError) -> GraphPage {
        var request = GraphRequest(
            method: .get, path: id, parameters: [("fields", .text(Self.singlePageFields))],
            token: token)
        request.addProof(appSecret: appSecret)
        return try await ask(request, as: PageAnswer.self).page
    }

    /// Lists all pages of the token's user: `GET me/accounts`, result page after result page.
    ///
    /// `next` is never followed: it holds the token and lacks the proof. Its cursor is taken. Only a
    /// missing `next` ends the list; a page without entries does not.
    public func pages(
        token: SharedSecret, appSecret: SharedSecret?,
        each: ([GraphPage]) async throws -> Void
    ) async throws {
        var calls = ListCalls(token: token, appSecret: appSecret)
        var page = try await resultPage(&calls)
        while true {
            let isThereMore: Bool
            do {
                isThereMore = try calls.goOn(behind: page)
            } catch {
                try await each(try page.pages())
                throw error
            }
            guard isThereMore else { return try await each(try page.pages()) }
            let going = calls
            // Meta is asked for the next one while this one is taken apart.
            async let coming = following(going)
            try await each(try page.pages())
            (page, calls) = try await coming
        }
    }

    private func following(
        _ calls: ListCalls
    ) async throws(GraphError) -> (ResultPage, ListCalls) {
        var calls = calls
        return (try await resultPage(&calls), calls)
    }

    /// One result page, of fewer pages where Graph finds it too large.
    private func resultPage(_ calls: inout ListCalls) async throws(GraphError) -> ResultPage {
        while true {
            let request = calls.request
            do throws(GraphError) {
                return try await ask(request) { answer throws(GraphError) in
                    ResultPage(
                        paging: try answer.decoded(as: PageListEnd.self, request: request).paging,
                        answer: answer, request: request)
                }
            } catch {
                guard case .refused(let refusal) = error,
                    refusal.classification == .tooMuchData, calls.shrink()
                else { throw error }
            }
        }
    }

    /// `tasks` is a field of the list alone.
    private static let singlePageFields = "id,name,category,access_token"
}

/// Where a list of pages has got to.
private struct ListCalls {
    let token: SharedSecret
    let appSecret: SharedSecret?
    private var cursor: String?
    private var seen: Set<String> = []
    /// How many pages are asked for at once.
    private var limit = 100
    private var mayGrow = true

    /// Fewer calls use up less of Meta's limits, but what it takes to be too much is not known.
    private static let highestLimit = 400
    /// A bound where a fault at Meta would otherwise list forever.
    private static let mostResultPages = 10_000
    private static let fields = "id,name,category,tasks,access_token"

    init(token: SharedSecret, appSecret: SharedSecret?) {
        self.token = token
        self.appSecret = appSecret
    }

    /// The next call.
    var request: GraphRequest {
        var request = GraphRequest(
            method: .get, path: "me/accounts",
            parameters: [("fields", .text(Self.fields)), ("limit", .text("\(limit)"))],
            token: token)
        if let cursor { request.parameters.append(("after", .text(cursor))) }
        request.addProof(appSecret: appSecret)
        return request
    }

    /// Moves on to what follows `page`; false where nothing does.
    mutating func goOn(behind page: ResultPage) throws(GraphError) -> Bool {
        guard let next = page.paging?.next else { return false }
        guard let after = page.paging?.cursors?.after ?? Self.cursorItem(of: next) else {
            throw GraphError.notUnderstood(.shape("cursors.after"), status: 200)
        }
        guard seen.insert(after).inserted else {
            throw GraphError.notUnderstood(.repeatedCursor, status: 200)
        }
        guard seen.count < Self.mostResultPages else {
            throw GraphError.notUnderstood(.endlessList, status: 200)
        }
        cursor = after
        if mayGrow { limit = min(2 * limit, Self.highestLimit) }
        return true
    }

    /// Asks for fewer at once from now on; false where that is not possible.
    mutating func shrink() -> Bool {
        guard limit > 1 else { return false }
        limit /= 2
        mayGrow = false
        return true
    }

    private static func cursorItem(of next: String) -> String? {
        let query = next.split(separator: "?", maxSplits: 1).last ?? ""
        let item = query.split(separator: "&").first { $0.hasPrefix("after=") }
        return item.flatMap { percentDecoded($0.dropFirst("after=".count)) }
    }
}

/// An answer to a list call of which only the end has been looked at.
private struct ResultPage {
    let paging: PageListEnd.Paging?
    let answer: HTTPAnswer
    let request: GraphRequest

    func pages() throws(GraphError) -> [GraphPage] {
        try answer.decoded(as: PageList.self, request: request).data.map(\.page)
    }
}

private struct PageAnswer: Decodable {
    let id: String
    let name: String?
    let category: String?
    let tasks: [String]?
    let token: SharedSecret?

    private enum CodingKeys: String, CodingKey {
        case id
        case name
        case category
        case tasks
        case accessToken = "access_token"
    }

    /// Only a page without its id is none; the rest may be of any type.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // Strings are taken as such where they are: a decoder within the decoder takes ten times as
        // long, and there may be ten thousand pages.
        id =
            try (try? container.decode(String.self, forKey: .id))
            ?? container.decode(Lenient<String>.self, forKey: .id).value
        name = try? container.decode(String.self, forKey: .name)
        category = try? container.decode(String.self, forKey: .category)
        tasks = (try? container.nestedUnkeyedContainer(forKey: .tasks)).flatMap(Self.strings)
        token = (try? container.decode(String.self, forKey: .accessToken)).flatMap {
            SecretText($0).secret
        }
    }

    private static func strings(_ list: any UnkeyedDecodingContainer) -> [String]? {
        var list = list
        var strings: [String] = []
        while !list.isAtEnd {
            guard let string = try? list.decode(String.self) else { return nil }
            strings.append(string)
        }
        return strings
    }

    var page: GraphPage {
        GraphPage(id: id, name: name, category: category, tasks: tasks, token: token)
    }
}

private struct PageList: Decodable {
    let data: [PageAnswer]
}

private struct PageListEnd: Decodable {
    let paging: Paging?

    struct Paging: Decodable {
        let cursors: Cursors?
        let next: String?
    }

    struct Cursors: Decodable {
        let after: String?
    }
}
