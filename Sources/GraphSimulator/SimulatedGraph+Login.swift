// GET /oauth/client_code and the login dialog, the two sources of authorization codes
extension SimulatedGraph {
    mutating func clientCode(_ call: Call) throws(GraphFailure) -> GraphResponse {
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
        return GraphResponse(["code": .string(code.string)])
    }

    /// Returns the page with the login dialog or, once a button was pressed, the redirect.
    mutating func dialog(_ call: Call) -> GraphResponse {
        guard let id = call["client_id"], let app = state.apps[id] else {
            return dialogPage("<h1>Invalid App ID</h1>", status: 400)
        }
        guard let redirectURI = call["redirect_uri"], app.allows(redirectURI) else {
            return dialogPage("<h1>URL Blocked</h1>", status: 400)
        }
        let user = state.loginUser ?? state.users.keys.min() ?? ""
        guard let request = dialogRequest(call, app: app.id, user: user) else {
            return dialogPage("<h1>Invalid Configuration</h1>", status: 400)
        }
        if call.request.method == "POST" {
            return redirect(
                to: redirectURI,
                with: call.form["decision"] == "continue"
                    ? consent(request, call, app: app.id, user: user, redirectURI: redirectURI)
                    : "?error_reason=user_denied&error=access_denied"
                        + "&error_description=Permissions+error.",
                state: call["state"])
        }
        let items = call.query.all.map { name, value in
            #"<input type="hidden" name="\#(html(name))" value="\#(html(value))">"#
        }
        return dialogPage(
            """
            <h1>\(html(app.name))</h1>
            <form method="post" action="oauth">
            \(items.joined(separator: "\n"))
            \(list(of: request))
            <button id="continue" name="decision" value="continue">\
            Continue as \(html(state.users[user]?.name ?? ""))</button>
            <button id="cancel" name="decision" value="cancel">Cancel</button>
            </form>
            """)
    }

    /// Returns the parameters to append to the redirect URI if the user agreed.
    ///
    /// They contain a code or, for desktop apps, a token.
    private mutating func consent(
        _ request: DialogRequest, _ call: Call, app: String, user: String, redirectURI: String
    ) -> String {
        var code = Code(
            string: state.mint("AQAFAKEcode"), app: app, user: user, redirectURI: redirectURI,
            issuedAt: call.now, scopes: grant(request, by: user, call))
        code.configuration = request.configuration
        if call["code_challenge_method"] == "S256" { code.challenge = call["code_challenge"] }
        guard call["response_type"] == "token" else {
            state.codes[code.string] = code
            return "?code=\(code.string)"
        }
        let token = token(for: code, at: call.now)
        return "#access_token=\(token.string)&expires_in=\(token.expiresAt - call.now)"
    }

    /// Returns the requested scopes, with a check box to decline each if that is possible.
    private func list(of request: DialogRequest) -> String {
        let items = request.scopes.map { scope in
            let name = html(DialogRequest.declining + scope)
            let box = #" <label><input type="checkbox" name="\#(name)">decline</label>"#
            return "<li>\(html(scope))\(request.configuration == nil ? box : "")</li>"
        }
        return "<ul>\n\(items.joined(separator: "\n"))\n</ul>"
    }

    private func redirect(
        to address: String, with parameters: String, state: String?
    ) -> GraphResponse {
        let isQuery = parameters.hasPrefix("?")
        let start = isQuery && address.contains("?") ? "&" + parameters.dropFirst() : parameters
        let item = state.map { "&state=\(FormItems.encode($0))" } ?? ""
        // The Graph API appends this fragment after every successful login.
        let end = isQuery && parameters.hasPrefix("?code=") ? "#_=_" : ""
        var response = GraphResponse(text: "", contentType: "text/html; charset=utf-8", status: 302)
        response.headers.append(.init(name: "Location", value: address + start + item + end))
        return response
    }
}
