extension PlatformAPI {
    /// Adds the objects in the document, and updates those that already exist.
    mutating func merge(_ document: PlatformDocument, at now: Int) throws(StateError) {
        for app in document.apps ?? [] { merge(app) }
        for user in document.users ?? [] { merge(user) }
        for token in document.tokens ?? [] { try merge(token, at: now) }
        for code in document.codes ?? [] { try merge(code, at: now) }
        if let user = document.loginUser {
            guard state.users[user] != nil else { throw unknown("login_user", "user") }
            state.loginUser = user
        }
        if let quirks = document.quirks { try merge(quirks) }
    }

    private mutating func merge(_ document: PlatformDocument.App) {
        var app = state.apps[document.id] ?? PlatformApp(id: document.id)
        if let name = document.name { app.name = name }
        if let secret = document.secret { app.secret = secret }
        if let redirectURIs = document.redirectUris { app.redirectURIs = redirectURIs }
        state.apps[app.id] = app
    }

    private mutating func merge(_ document: PlatformDocument.User) {
        var user =
            state.users[document.id]
            ?? PlatformUser(id: document.id, appScopedID: "9" + document.id.dropFirst())
        if let id = document.appScopedId { user.appScopedID = id }
        if let username = document.username { user.username = username }
        if let name = document.name { user.name = name }
        if let isPrivate = document.private { user.isPrivate = isPrivate }
        if let isTester = document.tester { user.isTester = isTester }
        if let dead = document.dead { user.dead = dead == 0 ? nil : dead }
        state.users[user.id] = user
    }

    private mutating func merge(
        _ document: PlatformDocument.Token, at now: Int
    ) throws(StateError) {
        let known = state.tokens[document.token]
        var token: PlatformToken
        if let known { token = known } else { token = try newToken(document, at: now) }
        if let time = document.issuedAt { token.issuedAt = try time.seconds(from: now) }
        if let time = document.expiresAt {
            token.expiresAt = try time.seconds(from: now)
        } else if known == nil {
            token.expiresAt = token.issuedAt + Lifetime.longLived
        }
        if let time = document.grantedAt {
            token.grantedAt = try time.seconds(from: now)
        } else if known == nil {
            token.grantedAt = token.issuedAt
        }
        if document.issuedAt != nil || document.expiresAt != nil || known == nil {
            let (lifetime, overflows) = token.expiresAt.subtractingReportingOverflow(
                token.issuedAt)
            token.isShortLived = !overflows && lifetime <= 2 * Lifetime.shortLived
        }
        if let scopes = document.scopes { token.scopes = scopes }
        if let dead = document.dead { token.dead = dead == 0 ? nil : dead }
        state.tokens[token.string] = token
    }

    private func newToken(
        _ document: PlatformDocument.Token, at now: Int
    ) throws(StateError) -> PlatformToken {
        guard let app = document.app, state.apps[app] != nil else {
            throw unknown("a token", "app")
        }
        guard let user = document.user, state.users[user] != nil else {
            throw unknown("a token", "user")
        }
        return PlatformToken(
            string: document.token, app: app, user: user, issuedAt: now, expiresAt: now,
            grantedAt: now, scopes: [platform.basicScope])
    }

    private mutating func merge(
        _ document: PlatformDocument.Code, at now: Int
    ) throws(StateError) {
        guard state.apps[document.app] != nil else { throw unknown("a code", "app") }
        guard state.users[document.user] != nil else { throw unknown("a code", "user") }
        var code = PlatformCode(
            string: document.code, app: document.app, user: document.user,
            redirectURI: document.redirectUri, issuedAt: now,
            scopes: document.scopes ?? [platform.basicScope])
        if let time = document.issuedAt { code.issuedAt = try time.seconds(from: now) }
        code.isUsed = document.used ?? false
        state.codes[code.string] = code
    }

    private mutating func merge(_ document: PlatformDocument.Quirks) throws(StateError) {
        if let shape = document.codeResponse { state.quirks.codeResponse = shape }
        if let shape = document.meResponse { state.quirks.meResponse = shape }
        if let list = document.permissions { state.quirks.permissions = list }
        if let ids = document.ids { state.quirks.ids = ids }
        if let user = document.codeUser { state.quirks.codeUser = user }
        if let refresh = document.refresh { state.quirks.refresh = refresh }
        if let tooYoung = document.tooYoung { state.quirks.tooYoung = tooYoung }
        if let prefix = document.tokenPrefix {
            guard platform.tokenPrefixes.contains(prefix) else {
                throw StateError(
                    description: "token_prefix of \(platform.rawValue) must be "
                        + platform.tokenPrefixes.joined(separator: " or "))
            }
            state.quirks.tokenPrefix = prefix
        }
        if let subcode = document.expiredSubcode { state.quirks.expiredSubcode = subcode }
        if let requiresHTTPS = document.requiresHttps {
            state.quirks.requiresHTTPS = requiresHTTPS
        }
    }

    private func unknown(_ subject: String, _ object: String) -> StateError {
        StateError(description: "\(subject) of \(platform.rawValue) refers to an unknown \(object)")
    }
}
