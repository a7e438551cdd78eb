import HTTP
internal import Sodium

/// Where a list of pages has got to.
struct ListCalls {
    let token: SharedSecret
    let appSecret: SharedSecret?
    private var cursor: String?
    private var seen: Set<String> = []
    /// How many pages are asked for at once.
    private var limit = 100
    private var mayGrow = true
    /// How many were asked for at once when that last worked.
    private var worked = Int.max

    /// Fewer calls use up less of Meta's limits; what it takes to be too much is not known, and said by
    /// it when it comes to that.
    private static let highestLimit = 1000
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
            throw GraphError.invalidResponse(.shape("cursors.after"), status: 200)
        }
        guard seen.insert(after).inserted else {
            throw GraphError.invalidResponse(.repeatedCursor, status: 200)
        }
        guard seen.count < Self.mostResultPages else {
            throw GraphError.invalidResponse(.endlessList, status: 200)
        }
        cursor = after
        worked = limit
        if mayGrow { limit = min(2 * limit, Self.highestLimit) }
        return true
    }

    /// Goes back to the size that worked, for good; false where no larger one was asked for.
    mutating func fallBack() -> Bool {
        guard limit > worked else { return false }
        limit = worked
        mayGrow = false
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
