/// Text as one word of a shell command.
enum ShellWord {
    /// `text`, quoted where it must be; nil for what cannot be copied from a screen as it is.
    static func quoted(_ text: String) -> String? {
        guard DisplayText.clean(text) == text, !text.isEmpty else { return nil }
        if text.wholeMatch(of: /[A-Za-z0-9_.\/:@%+=,~-]+/) != nil { return text }
        return "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
