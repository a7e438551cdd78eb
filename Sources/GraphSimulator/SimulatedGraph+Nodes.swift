// GET /me, /app, /{user-id}, /{page-id}
extension SimulatedGraph {
    mutating func node(_ call: Call) throws(GraphFailure) -> GraphResponse {
        if call.endpoint == .me, call.accessToken == nil { throw .activeTokenRequired }
        let token = try authenticate(call)
        switch call.endpoint {
        case .me: return try me(token, call)
        case .app: return try appNode(token, call)
        case .user: return try userNode(call.segments[0], token, call)
        default: return try pageNode(call.segments[0], token, call)
        }
    }

    private mutating func me(_ token: Token, _ call: Call) throws(GraphFailure) -> GraphResponse {
        if let page = token.page { return try pageNode(page, token, call) }
        guard let user = token.user else { throw .activeTokenRequired }
        return try userNode(user, token, call)
    }

    private func appNode(_ token: Token, _ call: Call) throws(GraphFailure) -> GraphResponse {
        let id = call.segments[0] == "app" ? token.app : call.segments[0]
        guard let app = state.apps[id], id == token.app else {
            throw .unsupported(method: "GET", id: id)
        }
        let link = app.link ?? "https://www.facebook.com/games/?app_id=\(app.id)"
        return try response(
            to: call, defaults: ["category", "link", "name", "id"],
            of: "Application", known: ["category", "link", "name", "id"]
        ) { field in
            switch field {
            case "id": .string(app.id)
            case "name": .string(app.name)
            case "link": .string(link)
            default: .string(app.category ?? "Business")
            }
        }
    }

    private func userNode(
        _ id: String, _ token: Token, _ call: Call
    ) throws(GraphFailure) -> GraphResponse {
        let isAllowed = token.kind == .app || token.user == id && token.page == nil
        guard let user = state.users[id], isAllowed else {
            throw .unsupported(method: "GET", id: id)
        }
        return try response(
            to: call, defaults: ["name", "id"], of: "User",
            known: ["id", "name", "email", "client_business_id"]
        ) { field in
            switch field {
            case "id": .string(user.id)
            case "name": .string(user.name)
            default: nil
            }
        }
    }

    private mutating func pageNode(
        _ id: String, _ token: Token, _ call: Call
    ) throws(GraphFailure) -> GraphResponse {
        guard let page = state.pages[id], let user = token.user.flatMap({ state.users[$0] }),
            token.page == nil || token.page == id,
            let role = user.roles.first(where: { $0.page == id }), token.reaches(page: id)
        else { throw .unsupported(method: "GET", id: id) }
        let wantsToken = call.fields?.contains("access_token") ?? false
        if wantsToken, !token.scopes.contains(where: Self.impersonating.contains) {
            throw .impersonation
        }
        var pageToken: String?
        if wantsToken, role.givesToken {
            pageToken = token.page == nil ? self.pageToken(for: token, page: id) : token.string
        }
        let instagram = try page.instagram(for: token, role: role, call)
        return try response(
            to: call, defaults: ["name", "id"], of: "Page", known: Page.fields
        ) { field in
            switch field {
            case "access_token": pageToken.map { .string($0) }
            case Page.instagramField: instagram
            default: page.value(field, role: role)
            }
        }
    }

    /// Returns the requested fields in order, with the ID last if it was not requested.
    private func response(
        to call: Call, defaults: [String], of type: String, known: [String],
        value: (String) -> JSONValue?
    ) throws(GraphFailure) -> GraphResponse {
        var object: JSONObject = [:]
        for field in (call.fields ?? defaults) + ["id"] {
            guard known.contains(field) else { throw .unknownField(field, of: type) }
            if object[field] == nil { object[field] = value(field) }
        }
        return GraphResponse(.object(object))
    }

    /// The permissions of which at least one is required to get a page token.
    private static let impersonating: Set<String> = [
        "pages_read_engagement", "pages_manage_metadata", "pages_read_user_content",
        "pages_manage_ads", "pages_show_list", "pages_messaging",
    ]
}

extension Page {
    static let defaultFields = ["access_token", "category", "category_list", "name", "id", "tasks"]
    static let fields = defaultFields + [instagramField]

    /// Returns the value of a field other than the token and the Instagram account.
    func value(_ field: String, role: PageRole) -> JSONValue? {
        switch field {
        case "category": .string(category)
        case "category_list": [["id": .string(categoryID), "name": .string(category)]]
        case "name": .string(name)
        case "id": .string(id)
        case "tasks": .array(role.tasks.map { .string($0) })
        default: nil
        }
    }
}

extension Token {
    /// Returns whether the page was selected in the login dialog.
    func reaches(page: String) -> Bool {
        let targets = granularScopes.first { $0.scope == "pages_show_list" }?.targetIDs
        return targets?.contains(page) ?? true
    }
}
