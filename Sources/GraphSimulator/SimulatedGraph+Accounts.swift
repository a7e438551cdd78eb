// GET /me/accounts, /{user-id}/accounts
extension SimulatedGraph {
    mutating func accounts(_ call: Call) throws(GraphFailure) -> GraphResponse {
        if call.segments[0] == "me", call.accessToken == nil { throw .activeTokenRequired }
        let token = try authenticate(call)
        if token.kind == .page { throw .unknownField("accounts", of: "Page") }
        guard let id = token.user, let user = state.users[id] else { throw .userTokenRequired }
        guard call.segments[0] == "me" || call.segments[0] == id else {
            throw .unsupported(method: "GET", id: call.segments[0])
        }
        if call.fault(.tooMuchData) != nil { throw .tooMuchData }
        let fields = call.fields ?? Page.defaultFields
        for field in fields where !Page.fields.contains(field) {
            throw .unknownField(field, of: "Page")
        }
        let roles = listed(user.roles, for: token)
        let slice = try ResultPage(call, count: roles.count)
        var data: [JSONValue] = []
        for role in roles[slice.items] {
            data.append(.object(try account(role, fields: fields, token: token, call)))
        }
        var response: JSONObject = ["data": .array(data)]
        if !roles.isEmpty {
            response["paging"] = .object(slice.paging(call, token: token, baseURL: baseURL))
        }
        if call["summary"]?.contains("total_count") ?? false {
            response["summary"] = ["total_count": .integer(roles.count)]
        }
        return GraphResponse(.object(response))
    }

    /// Returns the roles on the pages that the Graph API lists.
    ///
    /// These are the pages selected in the login dialog; those owned by a business are listed only
    /// with `business_management`.
    private func listed(_ roles: [PageRole], for token: Token) -> [PageRole] {
        guard token.scopes.contains("pages_show_list") else { return [] }
        let targets = token.granularScopes.first { $0.scope == "pages_show_list" }?.targetIDs
        let seesBusiness = token.scopes.contains("business_management")
        if targets == nil, seesBusiness { return roles }
        return roles.filter { role in
            guard targets?.contains(role.page) ?? true else { return false }
            return seesBusiness || !(state.pages[role.page]?.isBusinessOwned ?? false)
        }
    }

    private mutating func account(
        _ role: PageRole, fields: [String], token: Token, _ call: Call
    ) throws(GraphFailure) -> JSONObject {
        var object: JSONObject = [:]
        guard let page = state.pages[role.page] else { return object }
        for field in fields + (fields.contains("id") ? [] : ["id"]) {
            if field == "access_token" {
                guard role.givesToken else { continue }
                object[field] = .string(pageToken(for: token, page: page.id))
            } else if field == Page.instagramField {
                object[field] = try page.instagram(for: token, role: role, call)
            } else {
                object[field] = page.value(field, role: role)
            }
        }
        return object
    }
}

/// One page of results: its items and the paging information.
private struct ResultPage {
    var items: Range<Int>
    let limit: Int
    let count: Int
    /// The position at which the page starts, even if it is empty on purpose.
    private let start: Int
    private let isEmptyOnPurpose: Bool

    init(_ call: Call, count: Int) throws(GraphFailure) {
        self.count = count
        if call["limit"] != nil, call.limit == nil { throw .limitNotInteger }
        limit = max(1, call.limit ?? 25)
        var start = 0
        var end = min(limit, count)
        var isAfterEmptyPage = false
        if let after = call["after"], !after.isEmpty {
            guard let cursor = Cursor(after) else { throw .invalidCursor }
            guard cursor.position <= count else { throw .cursorTooFar }
            start = cursor.position
            end = start + min(limit, count - start)
            isAfterEmptyPage = cursor.isAfterEmptyPage
        } else if let before = call["before"], !before.isEmpty {
            guard let cursor = Cursor(before), cursor.position <= count + 1 else {
                throw .invalidCursor
            }
            end = max(0, cursor.position - 1)
            start = max(0, end - limit)
        }
        self.start = start
        isEmptyOnPurpose =
            call.fault(.emptyPage) != nil && start > 0 && start < count && !isAfterEmptyPage
        items = isEmptyOnPurpose ? start..<start : start..<end
        if call.fault(.duplicatePage) != nil, start > 0, !items.isEmpty {
            items = start - 1..<end
        }
    }

    func paging(_ call: Call, token: Token, baseURL: String) -> JSONObject {
        var after = Cursor(position: items.upperBound, isAfterEmptyPage: isEmptyOnPurpose).string
        if call.fault(.repeatCursor) != nil, let given = call["after"] { after = given }
        var paging: JSONObject = [
            "cursors": [
                "before": .string(Cursor(position: items.lowerBound + 1).string),
                "after": .string(after),
            ]
        ]
        if start > 0 {
            let cursor = Cursor(position: start + 1).string
            paging["previous"] = .string(
                link(call, token: token, baseURL: baseURL, cursor: "before=\(cursor)"))
        }
        if items.upperBound < count || call.fault(.repeatCursor) != nil {
            let base = call.fault(.foreignNext).map {
                $0.location ?? "https://graph.example.invalid"
            }
            paging["next"] = .string(
                link(call, token: token, baseURL: base ?? baseURL, cursor: "after=\(after)"))
        }
        return paging
    }

    /// Returns the URL of another page of results.
    ///
    /// As in the Graph API, it contains the user's ID and a token from the query, but never the
    /// proof.
    private func link(_ call: Call, token: Token, baseURL: String, cursor: String) -> String {
        var items: [String] = []
        if let token = call.query["access_token"] {
            items.append("access_token=\(FormItems.encode(token))")
        }
        items.append("pretty=0")
        for name in ["fields", "summary"] {
            if let value = call[name] { items.append("\(name)=\(FormItems.encode(value))") }
        }
        items += ["limit=\(limit)", cursor]
        let version = call.version?.name ?? ""
        return "\(baseURL)/\(version)/\(token.user ?? "me")/accounts?"
            + items.joined(separator: "&")
    }
}

/// A position in a list, encoded like one of the Graph API's opaque cursors.
private struct Cursor {
    /// The position of an item, starting at 1; for an `after` cursor, the last item of the page.
    var position: Int
    /// Whether it comes from a page that was left empty on purpose.
    var isAfterEmptyPage = false

    var string: String { "QVFIUfake\(isAfterEmptyPage ? "EMPTY" : "")\(position)ZD" }

    init(position: Int, isAfterEmptyPage: Bool = false) {
        self.position = position
        self.isAfterEmptyPage = isAfterEmptyPage
    }

    init?(_ string: String) {
        guard let match = string.wholeMatch(of: /QVFIUfake(EMPTY)?(\d{1,9})ZD/)?.output,
            let position = Int(match.2)
        else { return nil }
        self.init(position: position, isAfterEmptyPage: match.1 != nil)
    }
}
