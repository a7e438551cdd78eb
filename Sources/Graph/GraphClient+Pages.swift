import HTTP
public import Sodium

/// Whom a token speaks for.
public struct Identity: Decodable, Equatable, Sendable {
    /// Graph's number for the user or page.
    public let id: String
    /// The name shown on facebook.com, if Graph told it.
    public fileprivate(set) var name: String?

    private enum CodingKeys: CodingKey {
        case id
        case name
    }

    /// Reads an id that is a number or a text, and a name if there is one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Lenient<String>.self, forKey: .id).value
        name = try container.text(forKey: .name, isRepaired: decoder.isRepaired)?.cappedName
    }
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
        var identity = try await ask(request, as: Identity.self)
        identity.name = identity.name.map(request.redactedName)
        return identity
    }

    /// Asks for one page: `GET {page-id}?fields=…,access_token`.
    public func page(
        _ id: String, token: SharedSecret, appSecret: SharedSecret?
    ) async throws(GraphError) -> GraphPage {
        var request = GraphRequest(
            method: .get, path: id, parameters: [("fields", .text(Self.singlePageFields))],
            token: token)
        request.addProof(appSecret: appSecret)
        let answer = try await ask(request, as: PageAnswer.self)
        return answer.page(request)
    }

    /// Lists all pages of the token's user: `GET me/accounts`, result page after result page.
    ///
    /// `next` is never followed: it holds the token and lacks the proof. Its cursor is taken. Only a
    /// missing `next` ends the list; a page without entries does not. Returns how many entries of the
    /// list could not be read, which are left out.
    @discardableResult
    public func pages(
        token: SharedSecret, appSecret: SharedSecret?,
        each: ([GraphPage]) async throws -> Void
    ) async throws -> Int {
        var unread = 0
        func take(_ page: ResultPage) async throws {
            let list = try page.pages()
            unread += list.unread
            try await each(list.pages)
        }
        var calls = ListCalls(token: token, appSecret: appSecret)
        var page = try await resultPage(&calls)
        while true {
            let isThereMore: Bool
            do {
                isThereMore = try calls.goOn(behind: page)
            } catch {
                try await take(page)
                throw error
            }
            guard isThereMore else {
                try await take(page)
                return unread
            }
            let going = calls
            // Meta is asked for the next one while this one is taken apart.
            async let coming = following(going)
            try await take(page)
            (page, calls) = try await coming
        }
    }

    private func following(
        _ calls: ListCalls
    ) async throws(GraphError) -> (ResultPage, ListCalls) {
        var calls = calls
        let page = try await resultPage(&calls)
        return (page, calls)
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
                if mayBeAboutSize(error), calls.fallBack() { continue }
                guard isAboutSize(error), calls.shrink() else { throw error }
            }
        }
    }

    /// Whether fewer pages at once may help, where as many as now were never given: nobody knows in
    /// which words Graph refuses a `limit`, or what gives way first under a large answer.
    private func mayBeAboutSize(_ error: GraphError) -> Bool {
        switch error {
        case .refused(let refusal):
            switch refusal.classification {
            case .transient, .permission, .request, .tooMuchData, .configuration: true
            case .throttled, .blocked, .deadToken, .deadCode, .person: false
            }
        case .serverError, .invalidResponse, .notGraph, .unreachable(.connectionClosed),
            .unreachable(.timeout):
            true
        case .tooManyCalls, .unreachable: false
        }
    }

    private func isAboutSize(_ error: GraphError) -> Bool {
        switch error {
        case .refused(let refusal): refusal.classification == .tooMuchData
        case .invalidResponse(.tooLarge, _): true
        default: false
        }
    }

    /// `tasks` is a field of the list alone.
    private static let singlePageFields = "id,name,category,access_token"
}
