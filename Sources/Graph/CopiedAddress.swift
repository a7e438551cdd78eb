/// An address as a person copies it: from an address bar, a mail, a chat, a log or a shell.
enum CopiedAddress {
    /// The addresses that `copied` may be, the likeliest first: a part that is an address of its own in a
    /// longer text, then all of it, which may have been broken into lines.
    static func readings(of copied: String) -> [String] {
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

    /// The address that `copied` is, without what came with it.
    static func address(in copied: String) -> String {
        var text = copied[...]
        // A line of a server's log, or of a request.
        text = text.replacing(/^\s*(?:GET|HEAD|POST)\s+/, with: "")[...]
        text = text.replacing(/\s+HTTP\/[0-9.]+\s*["']?\s*$/, with: "")[...]
        // Long addresses are broken into lines. No address has a backslash; shells and JSON put them in.
        text = text.filter { !$0.isWhitespace }[...]
        text = text.replacing(/\\u0026/.ignoresCase(), with: "&")[...]
        text = text.replacing(/\\u003d/.ignoresCase(), with: "=")[...]
        text = text.filter { $0 != "\\" }[...]
        // Escaped once, or on each of several ways.
        text = text.replacing(/&(?:amp;|#0*38;|#x0*26;)+/.ignoresCase(), with: "&")[...]
        // What Meta puts at the end, escaped on the way.
        text = text.replacing(/(?:#|%(?:25)?23)_(?:=|%(?:25)?3D)_/.ignoresCase(), with: "")[...]
        text = text.replacing(/%(?:25)?23_$/, with: "")[...]
        while let first = text.first, openings.contains(first) { text.removeFirst() }
        while let last = text.last, endings.contains(last) { text.removeLast() }
        return String(text)
    }

    /// What is not seen when it is copied: hyphens that break words, joiners, marks of direction.
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
