/// Extracts an address from text that a user copied from an address bar, email, chat, log or shell.
enum CopiedAddress {
    /// Returns the addresses that `copied` may contain, most likely first.
    ///
    /// These are the parts of a longer text that look like a complete address, then the whole text,
    /// which may be an address broken across lines.
    static func candidates(of copied: String) -> [String] {
        let visible = String(copied.unicodeScalars.filter { !isInvisible($0) })
            .replacing(/(?m)^[> \t]*>[ \t]?/, with: "")
        let request = visible.firstMatch(of: /\b(?:GET|HEAD|POST)\s+([^\s"]+)/)
        let parts = visible.split {
            $0.isWhitespace || $0 == "\"" || $0 == "'" || $0 == "<" || $0 == ">"
        }
        .filter { part in
            part.contains("state=")
                && ["code=", "access_token=", "error"].contains(where: part.contains)
        }
        let whole = request.map { [String($0.1)] } ?? []
        return (whole + parts.map(String.init) + [visible]).map(address)
    }

    /// Returns the address in `copied` without the surrounding text.
    static func address(in copied: String) -> String {
        var text = copied[...]
        // A line of a server log, or an HTTP request line.
        text = text.replacing(/^\s*(?:GET|HEAD|POST)\s+/, with: "")[...]
        text = text.replacing(/\s+HTTP\/[0-9.]+\s*["']?\s*$/, with: "")[...]
        // Long addresses get broken across lines. Addresses never contain backslashes, but shells
        // and JSON add them.
        text = text.filter { !$0.isWhitespace }[...]
        text = text.replacing(/\\u0026/.ignoresCase(), with: "&")[...]
        text = text.replacing(/\\u003d/.ignoresCase(), with: "=")[...]
        text = text.filter { $0 != "\\" }[...]
        // HTML-escaped once or several times.
        text = text.replacing(/&(?:amp;|#0*38;|#x0*26;)+/.ignoresCase(), with: "&")[...]
        // The fragment that Meta appends (`#_=_`), possibly percent-encoded.
        text = text.replacing(/(?:#|%(?:25)?23)_(?:=|%(?:25)?3D)_/.ignoresCase(), with: "")[...]
        // Instagram and Threads append `#_`, perhaps in front of another parameter.
        text = text.replacing(/(?:#|%(?:25)?23)_(?=&|$)/, with: "")[...]
        while let first = text.first, openings.contains(first) { text.removeFirst() }
        while let last = text.last, endings.contains(last) { text.removeLast() }
        return String(text)
    }

    /// Returns whether the scalar is invisible, such as a soft hyphen, joiner or direction mark.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isDefaultIgnorableCodePoint
    }

    private static let openings: Set<Character> = [
        "\"", "'", "`", "<", "(", "[", "{", "*", "_", "\u{201C}", "\u{201E}", "\u{2018}", "«",
    ]
    private static let endings: Set<Character> = [
        "\"", "'", "`", ">", ")", "]", "}", "*", "\u{201D}", "\u{201C}", "\u{2019}", "»", ".", ",",
        ";",
        ":", "!", "?", "&", "…", "。",
    ]
}
