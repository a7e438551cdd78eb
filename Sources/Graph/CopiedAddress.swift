/// An address as a person copies it: from an address bar, a mail, a chat, a log or a shell.
struct CopiedAddress {
    /// The address itself.
    let text: String

    init(_ copied: String) {
        var text = copied[...]
        // A line of a server's log, or of a request.
        text = text.replacing(/^\s*(?:GET|HEAD|POST)\s+/, with: "")[...]
        text = text.replacing(/\s+HTTP\/[0-9.]+\s*["']?\s*$/, with: "")[...]
        // Long addresses are broken into lines. No address has a backslash; shells and JSON put them in.
        text = text.filter { !$0.isWhitespace }[...]
        text = text.replacing(/\\u0026/.ignoresCase(), with: "&")[...]
        text = text.filter { $0 != "\\" }[...]
        text = text.replacing(/&(?:amp|#0*38|#x0*26);/.ignoresCase(), with: "&")[...]
        // What Meta puts at the end, escaped on the way.
        text = text.replacing(/(?:#|%(?:25)?23)_(?:=|%(?:25)?3D)_/.ignoresCase(), with: "")[...]
        text = text.replacing(/%(?:25)?23_$/, with: "")[...]
        while let first = text.first, Self.openings.contains(first) { text.removeFirst() }
        while let last = text.last, Self.endings.contains(last) { text.removeLast() }
        self.text = String(text)
    }

    private static let openings: Set<Character> = [
        "\"", "'", "`", "<", "(", "[", "{", "\u{201C}", "\u{201E}", "\u{2018}", "«",
    ]
    private static let endings: Set<Character> = [
        "\"", "'", "`", ">", ")", "]", "}", "\u{201D}", "\u{201C}", "\u{2019}", "»", ".", ",", ";",
        "!", "&",
    ]
}
