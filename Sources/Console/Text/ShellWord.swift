import Entries

/// Text as one word of a shell command.
package struct ShellWord: CommandWord {
    package let textInCommand: String

    /// Creates a word from `text`, quoted if necessary, or returns `nil` if `text` cannot be copied
    /// from a screen unchanged.
    ///
    /// Text that looks like an option or another user's home directory becomes a relative path.
    package init?(_ text: String) {
        guard DisplayText.clean(text) == text, !text.isEmpty else { return nil }
        let isMistakable = text.hasPrefix("-") || (text.hasPrefix("~") && !text.contains("/"))
        let word = isMistakable ? "./\(text)" : text
        if word.utf8.allSatisfy(Self.isPlain) {
            textInCommand = word
        } else {
            // Each quote closes the quoted part, adds an escaped quote, and opens the next part.
            let parts = word.split(separator: "'" as Character, omittingEmptySubsequences: false)
            textInCommand = "'" + parts.joined(separator: "'\\''") + "'"
        }
    }

    /// Returns `text` as one word, as `init` does.
    package static func quoted(_ text: String) -> String? { ShellWord(text)?.textInCommand }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_./:@%+=,~-".utf8.contains(byte)
        }
    }

    /// Returns what a shell makes of a quoted word.
    ///
    /// Quotes that are still open are closed at the end of the word.
    package static func unquoted(_ word: String) -> String {
        var text = ""
        var quote: Character?
        var rest = word[...]
        while let character = rest.popFirst() {
            switch (quote, character) {
            case (nil, "'"), (nil, "\""): quote = character
            case ("'", "'"), ("\"", "\""): quote = nil
            case (nil, "\\"):
                if let next = rest.popFirst() { text.append(next) }
            case ("\"", "\\"):
                // In double quotes, a backslash is literal except in front of these characters.
                if let next = rest.first, "\"\\$`".contains(next) {
                    text.append(next)
                    rest.removeFirst()
                } else {
                    text.append(character)
                }
            default: text.append(character)
            }
        }
        return text
    }
}
