import Sodium

/// The pages that the user sees in the browser.
enum RedirectPage {
    static let nothing = page("There is nothing here", "tokenvault is waiting for a login.")

    /// Returns the page with which the browser is launched; the response also redirects it.
    static func start(to address: String) -> String {
        let link = address.replacing("&", with: "&amp;")
        return page("Log in", "<a href=\"\(link)\">Continue to the login page</a>")
    }

    static let watched = page(
        "This page works only once",
        "Someone else may have read it, so tokenvault ended the login and stored nothing. "
            + "You can close this window and go back to the terminal.")

    static func page(for answer: LoginAnswer) -> String {
        switch answer {
        case .code, .token:
            page("Logged in", "You can close this window and go back to the terminal.")
        case .canceled:
            page("Login canceled", "Nothing was stored. You can close this window.")
        case .refused, .failed:
            page("Login failed", "See the terminal for the reason. You can close this window.")
        case .foreign:
            page(
                "This belongs to another login",
                "Nothing was stored, and tokenvault is still waiting for its own login. Finish it "
                    + "at the address shown in the terminal.")
        }
    }

    /// The Content Security Policy, which allows only the page's own style and script by hash.
    static let policy =
        "default-src 'none'; frame-ancestors 'none'; style-src '\(hash(of: style))'; "
        + "script-src '\(hash(of: script))'"

    private static func hash(of text: String) -> String {
        let hash = Base64.encode(sha256(Array(text.utf8).span).span)
        return "sha256-\(String(decoding: hash, as: UTF8.self))="
    }

    private static let style =
        "body { font-family: sans-serif; margin: 4em auto; max-width: 30em; }"
    /// Removes the code from the address bar and the history.
    private static let script = "history.replaceState(null, \"\", location.pathname)"

    private static func page(_ title: String, _ text: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>\(title) - tokenvault</title>
        <style>\(style)</style>
        <script>\(script)</script>
        </head>
        <body>
        <h1>\(title)</h1>
        <p>\(text)</p>
        </body>
        </html>

        """
    }
}
