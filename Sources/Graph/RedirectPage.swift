import Sodium

/// What the person sees in the browser.
enum RedirectPage {
    static let nothing = page("There is nothing here", "tokenvault is waiting for a login.")

    /// The page that the browser is started with; it redirects as well.
    static func start(to address: String) -> String {
        let link = address.replacing("&", with: "&amp;")
        return page("Log in", "<a href=\"\(link)\">Go on to the login page</a>")
    }

    static let watched = page(
        "This page works once",
        "Somebody else may have read it, so the login has ended and nothing was stored. "
            + "You can close this window and go back to the terminal.")

    static func page(for answer: LoginAnswer) -> String {
        switch answer {
        case .code, .token:
            page("Logged in", "You can close this window and go back to the terminal.")
        case .canceled:
            page("Login canceled", "Nothing was stored. You can close this window.")
        case .refused, .failed:
            page("This did not work", "The terminal says why. You can close this window.")
        case .foreign:
            page(
                "This belongs to another login",
                "Nothing was stored, and tokenvault is still waiting for its own login: finish "
                    + "that, with the address that the terminal shows.")
        }
    }

    /// What the browser is to obey of a page: its own style and script, known by their hashes.
    static let policy =
        "default-src 'none'; frame-ancestors 'none'; style-src '\(hash(of: style))'; "
        + "script-src '\(hash(of: script))'"

    private static func hash(of text: String) -> String {
        let hash = Base64.encode(sha256(Array(text.utf8).span).span)
        return "sha256-\(String(decoding: hash, as: UTF8.self))="
    }

    private static let style =
        "body { font-family: sans-serif; margin: 4em auto; max-width: 30em; }"
    /// Takes the code out of the address bar and the history.
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
