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
        var limit = Self.pagesPerCall
        var cursor: String?
        var seen: Set<String> = []
        while true {
            var request = GraphRequest(
                method: .get, path: "me/accounts",
                parameters: [("fields", .text(Self.pageFields)), ("limit", .text("\(limit)"))],
                token: token)
            if let cursor { request.parameters.append(("after", .text(cursor))) }
            request.addProof(appSecret: appSecret)
            guard let answer = try await pageList(request, canShrink: limit > 1) else {
                limit /= 2
                continue
            }
            try await each(answer.data.map(\.page))
            guard let next = answer.paging?.next else { return }
            guard let after = answer.paging?.cursors?.after ?? cursorItem(of: next) else {
                throw GraphError.notUnderstood(.shape("cursors.after"), status: 200)
            }
            guard seen.insert(after).inserted else {
                throw GraphError.notUnderstood(.repeatedCursor, status: 200)
            }
            guard seen.count < Self.mostResultPages else {
                throw GraphError.notUnderstood(.endlessList, status: 200)
            }
            cursor = after
        }
    }

    /// One result page, or nil where Graph finds it too large and it can be smaller.
    private func pageList(
        _ request: GraphRequest, canShrink: Bool
    ) async throws(GraphError) -> PageList? {
        do throws(GraphError) {
            return try await ask(request, as: PageList.self)
        } catch {
            if canShrink, case .refused(let refusal) = error,
                refusal.classification == .tooMuchData
            {
                return nil
            }
            throw error
        }
    }

    private static let pagesPerCall = 100
    /// A bound where a fault at Meta would otherwise list forever.
    private static let mostResultPages = 10_000
    private static let pageFields = "id,name,category,tasks,access_token"
    /// `tasks` is a field of the list alone.
    private static let singlePageFields = "id,name,category,access_token"

    private func cursorItem(of next: String) -> String? {
        let query = next.split(separator: "?", maxSplits: 1).last ?? ""
        let item = query.split(separator: "&").first { $0.hasPrefix("after=") }
        return item.flatMap { percentDecoded($0.dropFirst("after=".count)) }
    }
}

private struct PageAnswer: Decodable {
    let id: Lenient<String>
    let name: String?
    let category: String?
    let tasks: [String]?
    let accessToken: SecretText?

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
        id = try container.decode(Lenient<String>.self, forKey: .id)
        name = try? container.decode(String.self, forKey: .name)
        category = try? container.decode(String.self, forKey: .category)
        tasks = try? container.decode([String].self, forKey: .tasks)
        accessToken = try? container.decode(SecretText.self, forKey: .accessToken)
    }

    var page: GraphPage {
        GraphPage(
            id: id.value, name: name, category: category, tasks: tasks, token: accessToken?.secret)
    }
}

private struct PageList: Decodable {
    let data: [PageAnswer]
    let paging: Paging?

    struct Paging: Decodable {
        let cursors: Cursors?
        let next: String?
    }

    struct Cursors: Decodable {
        let after: String?
    }
}
