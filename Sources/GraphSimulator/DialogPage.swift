// What the pages of all login dialogs have in common.

/// Returns a page of a login dialog.
func dialogPage(_ content: String, status: Int = 200) -> GraphResponse {
    GraphResponse(
        text: """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Log in (simulated)</title></head>
            <body>
            \(content)
            </body></html>

            """, contentType: "text/html; charset=utf-8", status: status)
}

/// Returns the text as HTML.
func html(_ text: String) -> String {
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
