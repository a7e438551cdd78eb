import Entries

/// Text as one word of a shell command.
package struct ShellWord: CommandWord {
    package let textInCommand: String

    /// `text`, quoted where it must be; nil for what cannot be copied from a screen as it is.
    ///
    /// What would be an option, or another user's home directory, is written as a path.
    package init?(_ text: String) {
        guard DisplayText.clean(text) == text, !text.isEmpty else { return nil }
        let isMistakable = text.hasPrefix("-") || (text.hasPrefix("~") && !text.contains("/"))
        let word = isMistakable ? "./\(text)" : text
        if word.utf8.allSatisfy(Self.isPlain) {
            textInCommand = word
        } else {
            // A quote ends the quoted part, stands by itself, and begins the next.
            let parts = word.split(separator: "'" as Character, omittingEmptySubsequences: false)
            textInCommand = "'" + parts.joined(separator: "'\\''") + "'"
        }
    }

    /// As `init`, for text that is put together here.
    package static func quoted(_ text: String) -> String? { ShellWord(text)?.textInCommand }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_./:@%+=,~-".utf8.contains(byte)
        }
    }

    /// What a shell makes of a word in its quotes; quotes that are still open end with it.
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
                // It is text before all but a few.
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
