import HTTP
internal import Sodium

/// The state of listing pages across result pages.
struct ListCalls {
    let token: SharedSecret
    let appSecret: SharedSecret?
    private var cursor: String?
    private var seen: Set<String> = []
    /// The number of pages to request at once.
    private var limit = 100
    private var canGrow = true
    private var includesInstagram = true
    /// The `limit` of the last successful call.
    private var lastWorkingLimit = Int.max

    /// The highest `limit` to request.
    ///
    /// Fewer calls use up less of Meta's rate limits. The highest `limit` that Meta accepts is not
    /// known; if this one is too high, Meta rejects it.
    private static let maxLimit = 1000
    /// Ends a list that never ends because of a bug at Meta.
    private static let maxResultPages = 10_000

    init(token: SharedSecret, appSecret: SharedSecret?) {
        self.token = token
        self.appSecret = appSecret
    }

    /// The next call.
    var request: GraphRequest {
        var request = GraphRequest(
            method: .get, path: "me/accounts",
            parameters: [
                ("fields", .text(PageFields.list(withInstagram: includesInstagram))),
                ("limit", .text("\(limit)")),
            ],
            token: token)
        if let cursor { request.parameters.append(("after", .text(cursor))) }
        request.addProof(appSecret: appSecret)
        return request
    }

    /// Advances to the result page after `page`; returns `false` if `page` is the last one.
    mutating func advance(past page: ResultPage) throws(GraphError) -> Bool {
        guard let next = page.paging?.next else { return false }
        guard let after = page.paging?.cursors?.after ?? Self.cursorItem(of: next) else {
            throw GraphError.invalidResponse(.shape("cursors.after"), status: 200)
        }
        guard seen.insert(after).inserted else {
            throw GraphError.invalidResponse(.repeatedCursor, status: 200)
        }
        guard seen.count < Self.maxResultPages else {
            throw GraphError.invalidResponse(.endlessList, status: 200)
        }
        cursor = after
        lastWorkingLimit = limit
        if canGrow { limit = min(2 * limit, Self.maxLimit) }
        return true
    }

    /// Goes back to the last working limit for good; returns `false` if that is not smaller.
    mutating func fallBack() -> Bool {
        guard limit > lastWorkingLimit else { return false }
        limit = lastWorkingLimit
        canGrow = false
        return true
    }

    /// Leaves out the Instagram accounts from now on; returns `false` if they already are.
    mutating func leaveOutInstagram() -> Bool {
        defer { includesInstagram = false }
        return includesInstagram
    }

    /// Halves the limit for all further calls; returns `false` if that is not possible.
    mutating func shrink() -> Bool {
        guard limit > 1 else { return false }
        limit /= 2
        canGrow = false
        return true
    }

    private static func cursorItem(of next: String) -> String? {
        let query = next.split(separator: "?", maxSplits: 1).last ?? ""
        let item = query.split(separator: "&").first { $0.hasPrefix("after=") }
        return item.flatMap { percentDecoded($0.dropFirst("after=".count)) }
    }
}
