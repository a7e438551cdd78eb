import Console

/// What the argument parser says is wrong with a command line.
///
/// The parser words it itself, and quotes what was typed, which may be a token. So its text is
/// cleaned of that first, and then taken apart again into the parts that a message may show.
enum ParserComplaint {
    case unknownOption(TypedWord, nearest: OptionName?)
    case invalidOption(OptionName)
    /// The option is as help shows it, with the name of its value.
    case missingValue(OptionName)
    case missingArgument(ArgumentName)
    case unexpectedArguments([TypedWord])
    case valueNotTaken(OptionName, TypedWord)
    case unknownValue(TypedWord, OptionName, known: KnownValues)
    /// What the parser said may hold what was typed.
    case notUnderstood
    /// What is none of these, as the parser words it.
    case other(ParserWords)
}
