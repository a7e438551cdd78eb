/// Text as one word of a shell command.
package enum ShellWord {
    /// `path`, quoted where it must be; nil for what cannot be copied from a screen as it is.
    ///
    /// What would be an option, or another user's home directory, is written as a path.
    package static func quoted(_ path: String) -> String? {
        guard DisplayText.clean(path) == path, !path.isEmpty else { return nil }
        let isMistakable = path.hasPrefix("-") || (path.hasPrefix("~") && !path.contains("/"))
        let text = isMistakable ? "./\(path)" : path
        if text.wholeMatch(of: /[A-Za-z0-9_.\/:@%+=,~-]+/) != nil { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
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
