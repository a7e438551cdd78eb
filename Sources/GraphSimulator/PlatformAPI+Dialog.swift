// GET and POST /oauth/authorize
extension PlatformAPI {
    /// Returns the page with the login dialog or, once a button was pressed, the redirect.
    mutating func dialog(_ call: Call) -> GraphResponse {
        guard let app = call["client_id"].flatMap({ state.apps[$0] }) else {
            return failure("No app ID was provided in the request.", 4_476_002)
        }
        guard let redirectURI = call["redirect_uri"],
            app.redirectURIs?.contains(redirectURI) ?? true,
            !state.quirks.requiresHTTPS || redirectURI.lowercased().hasPrefix("https://")
        else { return failure("Blocked redirect_uri", 1_349_168) }
        guard call["response_type"] == "code" else {
            return failure("Invalid response_type", 1_349_126)
        }
        let id = state.loginUser ?? state.users.keys.min() ?? ""
        guard let user = state.users[id], user.isTester else {
            return failure(
                "Invalid Request: The user has not accepted the invite to test the app", 1_349_245)
        }
        guard call.request.method == "POST" else {
            return page(call, app: app, user: user)
        }
        var items = [
            "error=access_denied", "error_code=200", "error_description=Permissions+error",
            "error_reason=user_denied",
        ]
        if call.form["decision"] == "continue" {
            let scopes = (call["scope"] ?? "").split { $0 == "," || $0 == " " }
            let code = PlatformCode(
                string: state.mint("AQFAKEcode"), app: app.id, user: user.id,
                redirectURI: redirectURI, issuedAt: call.now, scopes: scopes.map { String($0) })
            state.codes[code.string] = code
            items = ["code=\(code.string)"]
        }
        if let state = call["state"] { items.append("state=\(FormItems.encode(state))") }
        return redirect(to: redirectURI, items)
    }

    /// Returns the page on which the user agrees or cancels.
    private func page(_ call: Call, app: PlatformApp, user: PlatformUser) -> GraphResponse {
        let items = call.query.all.map { name, value in
            #"<input type="hidden" name="\#(html(name))" value="\#(html(value))">"#
        }
        return dialogPage(
            """
            <h1>\(html(app.name))</h1>
            <form method="post" action="authorize">
            \(items.joined(separator: "\n"))
            <button id="continue" name="decision" value="continue">\
            Continue as \(html(user.name))</button>
            <button id="cancel" name="decision" value="cancel">Cancel</button>
            </form>
            """)
    }

    private func redirect(to address: String, _ items: [String]) -> GraphResponse {
        let start = address.contains("?") ? "&" : "?"
        var response = GraphResponse(text: "", contentType: "text/html; charset=utf-8", status: 302)
        // Both platforms append an empty fragment, which is not part of the code.
        let end = items[0].hasPrefix("code=") ? "#_" : ""
        response.headers.append(
            .init(name: "Location", value: address + start + items.joined(separator: "&") + end))
        return response
    }

    /// Returns what the browser shows instead of the dialog: a page on Instagram, JSON on Threads.
    private func failure(_ message: String, _ code: Int) -> GraphResponse {
        guard platform == .threads else {
            return dialogPage("<h1>\(html(message))</h1>", status: 400)
        }
        var response = GraphResponse([
            "error_message": .string(message), "error_code": .integer(code),
        ])
        response.status = 400
        return response
    }
}
