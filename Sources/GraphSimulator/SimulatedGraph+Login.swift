// GET /oauth/client_code and the login dialog, the two sources of authorization codes
extension SimulatedGraph {
    mutating func clientCode(_ call: Call) throws(GraphFailure) -> Answer {
        let app = try appWithSecret(call)
        let token = try authenticate(call)
        guard token.app == app.id else { throw .otherApp(app.id) }
        guard let user = token.user, token.kind == .user else { throw .userTokenRequired }
        guard let redirectURI = call["redirect_uri"] else { throw .missing("redirect_uri") }
        guard app.allows(redirectURI) else { throw .redirectNotAllowed }
        var code = Code(
            string: state.mint("AQAFAKEclientcode"), app: app.id, user: user,
            redirectURI: redirectURI, issuedAt: call.now, scopes: token.scopes)
        code.origin = .clientCode
        state.codes[code.string] = code
        return Answer(["code": .string(code.string)])
    }

    /// The page a browser shows: one link consents, the other declines.
    mutating func dialog(_ call: Call) -> Answer {
        guard let id = call["client_id"], let app = state.apps[id] else {
            return dialogPage("<h1>Invalid App ID</h1>", status: 400)
        }
        guard let redirectURI = call["redirect_uri"], app.allows(redirectURI) else {
            return dialogPage("<h1>URL Blocked</h1>", status: 400)
        }
        let user = state.loginUser ?? state.users.keys.min() ?? ""
        let scopes = (call["scope"] ?? "public_profile").split { $0 == "," || $0 == " " }
        let code = Code(
            string: state.mint("AQAFAKEcode"), app: app.id, user: user, redirectURI: redirectURI,
            issuedAt: call.now, scopes: scopes.map { String($0) })
        state.codes[code.string] = code
        let stateItem = call["state"].map { "&state=\(FormItems.encode($0))" } ?? ""
        let start = redirectURI + (redirectURI.contains("?") ? "&" : "?")
        // Graph appends this odd fragment to every success.
        let consent = "\(start)code=\(code.string)\(stateItem)#_=_"
        let cancel =
            "\(start)error_reason=user_denied&error=access_denied"
            + "&error_description=Permissions+error.\(stateItem)"
        return dialogPage(
            """
            <h1>\(html(app.name))</h1>
            <p><a id="continue" href="\(html(consent))">Continue as \(html(state.users[user]?.name ?? ""))</a></p>
            <p><a id="cancel" href="\(html(cancel))">Cancel</a></p>
            """)
    }

    private func dialogPage(_ content: String, status: Int = 200) -> Answer {
        Answer(
            text: """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Log in (simulated)</title></head>
                <body>
                \(content)
                </body></html>

                """, contentType: "text/html; charset=utf-8", status: status)
    }

    private func html(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
