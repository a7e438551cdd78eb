import Console

/// A word as it was typed, where it may be shown: any but the name of an option could be a secret.
struct TypedWord {
    /// What stands in the place of a word that is not shown.
    static let ellipsis = "…"

    /// Nil for a word that is not shown.
    private let option: OptionName?

    /// Takes the word from a text of the argument parser that was cleaned.
    init(_ word: Substring) {
        option = word == Self.ellipsis ? nil : OptionName(String(word))
    }

    /// The word in a message.
    var text: MessageText { option.map { "\($0)" } ?? "…" }
}

/// An argument, as the help of its command shows it.
struct ArgumentName: MessageValue {
    static let placeholder = "argument"
    private let name: String

    init(_ name: Substring) { self.name = String(name) }

    var textInMessage: String { DisplayText.clean(name) }
}

/// The values that an option takes, in quotes, as the argument parser lists them.
struct KnownValues: MessageValue {
    static let placeholder = "words"
    private let list: String

    init(_ list: Substring) { self.list = String(list) }

    var textInMessage: String { DisplayText.clean(list) }
}

/// A text of the argument parser, once it was cleaned of what the person typed.
struct ParserWords: MessageValue {
    static let placeholder = "reason"
    private let words: String

    init(_ words: String) { self.words = words }

    var textInMessage: String { DisplayText.clean(words) }
}
