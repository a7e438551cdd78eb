extension SimulatedState {
    /// Creates a state from JSON; times such as `+1h` are relative to `now`.
    init(document: StateDocument, at now: Int) throws(StateError) {
        try merge(document, at: now)
    }

    /// Adds the objects in the document, and updates those that already exist.
    mutating func merge(_ document: StateDocument, at now: Int) throws(StateError) {
        for app in document.apps ?? [] { merge(app) }
        for page in document.pages ?? [] { merge(page) }
        for user in document.users ?? [] { merge(user) }
        for token in document.tokens ?? [] { try merge(token, at: now) }
        for code in document.codes ?? [] { try merge(code, at: now) }
        for configuration in document.configurations ?? [] { try merge(configuration) }
        if let user = document.loginUser { loginUser = user }
        if let bareTrue = document.bareTrue { answersBareTrue = bareTrue }
        if let mode = document.reexchange {
            guard let mode = Reexchange(rawValue: mode) else {
                throw StateError(description: "'\(mode)' is not a valid reexchange mode")
            }
            reexchange = mode
        }
    }

    private mutating func merge(_ document: StateDocument.App) {
        var app = apps[document.id] ?? App(id: document.id)
        if let name = document.name { app.name = name }
        if let secret = document.secret, secret != app.secret {
            app.secret = secret
            app.mintedTokens = []
        }
        if let clientToken = document.clientToken { app.clientToken = clientToken }
        if let requiresProof = document.requireProof { app.requiresProof = requiresProof }
        if let isNative = document.native { app.isNative = isNative }
        if let neverExpire = document.tokensNeverExpire { app.tokensNeverExpire = neverExpire }
        if let redirectURIs = document.redirectUris { app.redirectURIs = redirectURIs }
        if let link = document.link { app.link = link }
        if let category = document.category { app.category = category }
        apps[app.id] = app
    }

    private mutating func merge(_ document: StateDocument.PageRole) {
        var page = pages[document.id] ?? Page(id: document.id)
        if let name = document.name { page.name = name }
        if let category = document.category { page.category = category }
        if let categoryID = document.categoryId { page.categoryID = categoryID }
        if let isBusinessOwned = document.businessOwned { page.isBusinessOwned = isBusinessOwned }
        if let id = document.instagramId { page.instagramID = id.isEmpty ? nil : id }
        if let username = document.instagramUsername { page.instagramUsername = username }
        pages[page.id] = page
    }

    private mutating func merge(_ document: StateDocument.User) {
        var user = users[document.id] ?? User(id: document.id)
        if let name = document.name { user.name = name }
        if let isSystemUser = document.systemUser { user.isSystemUser = isSystemUser }
        if let isDeveloper = document.developer { user.isDeveloper = isDeveloper }
        if let dead = document.dead { user.dead = dead == 0 ? nil : dead }
        if let permissions = document.permissions {
            user.permissions = permissions.map {
                Permission(name: $0.permission, status: $0.status)
            }
        }
        if let roles = document.pages {
            user.roles = roles.map { role in
                merge(role)
                var pageRole = PageRole(page: role.id)
                if let tasks = role.tasks { pageRole.tasks = tasks }
                if let givesToken = role.givesToken { pageRole.givesToken = givesToken }
                return pageRole
            }
        }
        if let count = document.generatePages { user.roles = generatePages(count) }
        users[user.id] = user
    }

    /// Returns roles on `count` generated pages, which are the same for all users.
    private mutating func generatePages(_ count: Int) -> [PageRole] {
        (0..<max(0, count)).map { index in
            let id = String(1_030_000_000_000_001 + index)
            if pages[id] == nil { pages[id] = Page(id: id, name: "Fake Page \(index + 1)") }
            return PageRole(page: id)
        }
    }

    private mutating func merge(_ document: StateDocument.Token, at now: Int) throws(StateError) {
        let known = tokens[document.token]
        var token: Token
        if let known { token = known } else { token = try newToken(document, at: now) }
        if let user = document.user { token.user = user }
        if let page = document.page { token.page = page }
        if let time = document.issuedAt { token.issuedAt = try time.seconds(from: now) }
        if let time = document.expiresAt { token.expiresAt = try time.seconds(from: now) }
        if let time = document.dataAccessExpiresAt {
            token.dataAccessExpiresAt = try time.seconds(from: now)
        } else if known == nil, token.kind != .systemUser {
            token.dataAccessExpiresAt = token.issuedAt + Lifetime.dataAccess
        }
        if let scopes = document.scopes { token.scopes = scopes }
        if let granular = document.granularScopes {
            token.granularScopes = granular.map {
                GranularScope(scope: $0.scope, targetIDs: $0.targetIds)
            }
        } else if document.scopes != nil {
            token.granularScopes = GranularScope.all(of: token.scopes)
        }
        if let metadata = document.metadata {
            token.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        if let dead = document.dead { token.dead = dead == 0 ? nil : dead }
        tokens[token.string] = token
    }

    private func newToken(
        _ document: StateDocument.Token, at now: Int
    ) throws(StateError) -> Token {
        guard let app = document.app, apps[app] != nil else {
            throw StateError(description: "a token refers to an unknown app")
        }
        guard let kind = Token.Kind(rawValue: document.type ?? "USER"),
            [.user, .page, .systemUser].contains(kind)
        else {
            throw StateError(description: "the type of a token must be USER, PAGE or SYSTEM_USER")
        }
        guard let user = document.user, users[user] != nil else {
            throw StateError(description: "a token refers to an unknown user")
        }
        if kind == .page {
            guard let page = document.page, pages[page] != nil else {
                throw StateError(description: "a page token refers to an unknown page")
            }
        }
        return Token(string: document.token, app: app, kind: kind, issuedAt: now)
    }

    private mutating func merge(_ document: StateDocument.Code, at now: Int) throws(StateError) {
        guard apps[document.app] != nil, users[document.user] != nil else {
            throw StateError(description: "a code refers to an unknown app or user")
        }
        var code = Code(
            string: document.code, app: document.app, user: document.user,
            redirectURI: document.redirectUri, issuedAt: now, scopes: document.scopes ?? [])
        if let time = document.issuedAt { code.issuedAt = try time.seconds(from: now) }
        if let origin = document.origin {
            guard let origin = Code.Origin(rawValue: origin) else {
                throw StateError(description: "the origin of a code must be dialog or client_code")
            }
            code.origin = origin
        }
        code.isUsed = document.used ?? false
        codes[code.string] = code
    }
}

extension GranularScope {
    /// Returns the granular scopes if access was not limited: those of pages, businesses and
    /// Instagram accounts.
    static func all(of scopes: [String]) -> [GranularScope] {
        let isGranular = { (scope: String) in
            scope.hasPrefix("pages_") || scope.contains("business")
                || scope.hasPrefix("instagram_")
        }
        return scopes.filter(isGranular).map { GranularScope(scope: $0, targetIDs: nil) }
    }
}

/// Lifetimes in seconds.
enum Lifetime {
    static let day = 86400
    static let longLived = 60 * 86400
    /// The lifetime of a short-lived token of Instagram or Threads.
    static let shortLived = 3600
    static let dataAccess = 90 * 86400
    static let code = 600
    /// The lifetime of a code of Instagram or Threads.
    static let platformCode = 3600
    static let proof = 300
}
