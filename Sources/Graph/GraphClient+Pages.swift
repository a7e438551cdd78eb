import HTTP
public import Sodium

/// The user or page on whose behalf a token acts.
public struct Identity: Decodable, Equatable, Sendable {
    /// The ID of the user or page.
    public let id: String
    /// The name shown on facebook.com, if the Graph API returned it.
    public fileprivate(set) var name: String?

    private enum CodingKeys: CodingKey {
        case id
        case name
    }

    /// Decodes an ID, which is a number or a string, and a name if there is one.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(Lenient<String>.self, forKey: .id).value
        name = try container.text(forKey: .name, isRepaired: decoder.isRepaired)?.cappedName
    }
}

/// A page returned by the Graph API.
public struct GraphPage: Sendable {
    /// The ID of the page.
    public let id: String
    /// The name of the page; untrusted text.
    public let name: String?
    /// The category of the page, such as "Community".
    public let category: String?
    /// The tasks that the user can perform on the page; Meta may add new ones.
    public let tasks: [String]?
    /// The page token, or `nil` if the Graph API does not provide one.
    ///
    /// The Graph API withholds it if the user's tasks are not sufficient or if the page's business
    /// requires two-factor authentication.
    public let token: SharedSecret?
    /// The Instagram account that is linked to the page.
    public let instagram: LinkedInstagram
}

extension GraphClient {
    /// Requests the identity on whose behalf a token acts: `GET me?fields=id,name`.
    public func identity(
        of token: SharedSecret, appSecret: SharedSecret?
    ) async throws(GraphError) -> Identity {
        var request = GraphRequest(
            method: .get, path: "me", parameters: [("fields", .text("id,name"))], token: token)
        request.addProof(appSecret: appSecret)
        var identity = try await send(request, as: Identity.self)
        identity.name = identity.name.map(NameRedactor(request).redacted)
        return identity
    }

    /// Requests one page: `GET {page-id}?fields=…,access_token`.
    public func page(
        _ id: String, token: SharedSecret, appSecret: SharedSecret?
    ) async throws(GraphError) -> GraphPage {
        func request(withInstagram: Bool) -> GraphRequest {
            var request = GraphRequest(
                method: .get, path: id,
                parameters: [("fields", .text(PageFields.single(withInstagram: withInstagram)))],
                token: token)
            request.addProof(appSecret: appSecret)
            return request
        }
        var call = request(withInstagram: true)
        do throws(GraphError) {
            let response = try await send(call, as: DecodedPage.self)
            return response.page(call, NameRedactor(call))
        } catch {
            guard error.refusesInstagram else { throw error }
            call = request(withInstagram: false)
            let response = try await send(call, as: DecodedPage.self)
            return response.page(call, NameRedactor(call))
        }
    }

    /// Lists all pages of the token's user: `GET me/accounts`, one result page at a time.
    ///
    /// The `next` URL is never followed, because it contains the token and lacks the proof; only
    /// its cursor is used. The list ends when `next` is missing, not at a result page without
    /// entries.
    ///
    /// - Returns: The number of entries that could not be decoded and were skipped.
    @discardableResult
    public func pages(
        token: SharedSecret, appSecret: SharedSecret?,
        each: ([GraphPage]) async throws -> Void
    ) async throws -> Int {
        var unread = 0
        func deliver(_ page: ResultPage) async throws {
            let list = try page.pages()
            unread += list.unread
            try await each(list.pages)
        }
        var calls = ListCalls(token: token, appSecret: appSecret)
        var page = try await resultPage(&calls)
        while true {
            let hasNext: Bool
            do {
                hasNext = try calls.advance(past: page)
            } catch {
                try await deliver(page)
                throw error
            }
            guard hasNext else {
                try await deliver(page)
                return unread
            }
            let sent = calls
            // Request and read the next result page, on another thread, while the current one is
            // decoded.
            (page, calls) = try await withThrowingTaskGroup { group in
                group.addTask(executorPreference: globalConcurrentExecutor) {
                    try await nextPage(sent)
                }
                try await deliver(page)
                guard let next = try await group.next() else { throw CancellationError() }
                return next
            }
        }
    }

    private func nextPage(
        _ calls: ListCalls
    ) async throws(GraphError) -> (ResultPage, ListCalls) {
        var calls = calls
        let page = try await resultPage(&calls)
        return (page, calls)
    }

    /// Requests one result page, with a smaller limit if the Graph API finds it too large.
    private func resultPage(_ calls: inout ListCalls) async throws(GraphError) -> ResultPage {
        while true {
            let request = calls.request
            do throws(GraphError) {
                return try await send(request) { response throws(GraphError) in
                    ResultPage(
                        paging: try response.decoded(as: PageListEnd.self, request: request).paging,
                        response: response, request: request)
                }
            } catch {
                if error.refusesInstagram, calls.leaveOutInstagram() { continue }
                if mayBeCausedBySize(error), calls.fallBack() { continue }
                guard isCausedBySize(error), calls.shrink() else { throw error }
            }
        }
    }

    /// Returns whether a smaller `limit` may help if the current one has never worked.
    ///
    /// It is not known how the Graph API rejects a `limit`, or what fails first with a large
    /// response.
    private func mayBeCausedBySize(_ error: GraphError) -> Bool {
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

    private func isCausedBySize(_ error: GraphError) -> Bool {
        switch error {
        case .refused(let refusal): refusal.classification == .tooMuchData
        case .invalidResponse(.tooLarge, _): true
        default: false
        }
    }
}
