import Console

/// What the argument parser says is wrong with a command line.
///
/// The parser only gives a text, which quotes what was typed, and that may be a token. So the text
/// is redacted first and then split into the parts that a message may show.
enum ParserComplaint {
    case unknownOption(TypedWord, nearest: OptionName?)
    case invalidOption(OptionName)
    /// The option with the name of its value, as in the help.
    case missingValue(OptionName)
    case missingArgument(ArgumentName)
    case unexpectedArguments([TypedWord])
    case valueNotTaken(OptionName, TypedWord)
    case unknownValue(TypedWord, OptionName, known: KnownValues)
    /// The parser's text may contain what was typed.
    case notUnderstood
    /// Anything else, in the parser's words.
    case other(ParserWords)
}
