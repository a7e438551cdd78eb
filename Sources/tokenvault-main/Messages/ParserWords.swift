import Console

/// A typed word, which is shown only if it is the name of an option: any other could be a secret.
struct TypedWord {
    /// The replacement for a word that is not shown.
    static let ellipsis = "…"

    /// The option, or `nil` for a word that is not shown.
    private let option: OptionName?

    /// Creates the word from a redacted text of the argument parser.
    init(_ word: Substring) {
        option = word == Self.ellipsis ? nil : OptionName(String(word))
    }

    /// The word in a message.
    var text: MessageText { option.map { "\($0)" } ?? "…" }
}

/// An argument, as in the help of its command.
struct ArgumentName: MessageValue {
    static let placeholder = "argument"
    private let name: String

    init(_ name: Substring) { self.name = String(name) }

    var textInMessage: String { DisplayText.clean(name) }
}

/// The values that an option accepts, in quotes, as the argument parser lists them.
struct KnownValues: MessageValue {
    static let placeholder = "words"
    private let list: String

    init(_ list: Substring) { self.list = String(list) }

    var textInMessage: String { DisplayText.clean(list) }
}

/// A text of the argument parser, without anything that was typed.
struct ParserWords: MessageValue {
    static let placeholder = "reason"
    private let words: String

    init(_ words: String) { self.words = words }

    var textInMessage: String { DisplayText.clean(words) }
}
