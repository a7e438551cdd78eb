import Console
import Entries

/// What is wrong with the words of a command line.
enum CommandLineMessage: Message {
    /// A word in a command's place names none; `nearest` may have been meant.
    case noSuchCommand(nearest: CommandText?, help: CommandText)
    /// An option is in the command's place.
    case optionBeforeCommand(help: CommandText)
    /// An option of one value is there twice.
    case repeatedOption(OptionName)
    /// The argument parser refuses the rest.
    ///
    /// `readsSecret` is true of a command that asks for a secret, which somebody will have given as an
    /// argument.
    case parser(ParserComplaint, readsSecret: Bool, help: CommandText)

    enum ID: String, MessageID {
        case noSuchCommand = "no-such-command"
        case optionBeforeCommand = "option-before-command"
        case repeatedOption = "option-given-twice"
        case unknownOption = "unknown-option"
        case invalidOption = "invalid-option"
        case missingValue = "option-without-value"
        case missingArgument = "missing-argument"
        case unexpectedArgument = "unexpected-argument"
        case valueNotTaken = "option-takes-no-value"
        case unknownValue = "unknown-option-value"
        case notUnderstood = "arguments-not-understood"
    }

    var failure: Failure {
        switch self {
        case .noSuchCommand(nil, let help):
            Failure(ID.noSuchCommand, .usage, "no such command", hint: help)
        case .noSuchCommand(let nearest?, let help):
            Failure(
                ID.noSuchCommand, .usage, "no such command; did you mean \(nearest)?", hint: help)
        case .optionBeforeCommand(let help):
            Failure(
                ID.optionBeforeCommand, .usage, "options come behind the command", hint: help)
        case .repeatedOption(let option):
            Failure(ID.repeatedOption, .usage, "\(option) is given twice; name one")
        case .parser(let complaint, let readsSecret, let help):
            Failure(
                complaint.id, .usage,
                complaint.text
                    + (readsSecret && complaint.mayBeOfSecret
                        ? " (secrets are read from the prompt or standard input)" : ""),
                hint: help)
        }
    }

    static var samples: [CommandLineMessage] {
        let help: CommandText = "tokenvault help list"
        return [
            .noSuchCommand(nearest: nil, help: "tokenvault help"),
            .noSuchCommand(nearest: "tokenvault list", help: help),
            .optionBeforeCommand(help: "tokenvault help"), .repeatedOption(OptionName("--vault")),
        ]
            + ParserComplaint.samples.map { .parser($0, readsSecret: false, help: help) }
            + ParserComplaint.samples.filter(\.mayBeOfSecret).map {
                .parser($0, readsSecret: true, help: "tokenvault help add")
            }
    }
}

extension ParserComplaint {
    fileprivate var id: CommandLineMessage.ID {
        switch self {
        case .unknownOption: .unknownOption
        case .invalidOption: .invalidOption
        case .missingValue: .missingValue
        case .missingArgument: .missingArgument
        case .unexpectedArguments: .unexpectedArgument
        case .valueNotTaken: .valueNotTaken
        case .unknownValue: .unknownValue
        case .notUnderstood, .other: .notUnderstood
        }
    }

    /// In the parser's words, but for its capital and full stop.
    var text: MessageText {
        switch self {
        case .unknownOption(let option, let nearest):
            "unknown option '\(option.text)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .invalidOption(let option): "invalid option: \(option)"
        case .missingValue(let option): "missing value for '\(option)'"
        case .missingArgument(let argument): "missing expected argument '\(argument)'"
        case .unexpectedArguments(let words): Self.text(ofUnexpected: words)
        case .valueNotTaken(let option, let value):
            "the option '\(option)' does not take any value, but '\(value.text)' was specified"
        case .unknownValue(let value, let option, let known):
            "the value '\(value.text)' is invalid for '\(option)'. Please provide one of \(known)"
        case .notUnderstood: "the arguments are not understood"
        case .other(let words): "\(words)"
        }
    }

    private static func text(ofUnexpected words: [TypedWord]) -> MessageText {
        let list = words.map { "'\($0.text)'" as MessageText }
        let start: MessageText =
            list.count == 1 ? "unexpected argument " : "\(list.count) unexpected arguments: "
        return start + (list.first ?? "") + list.dropFirst().reduce("") { "\($0), \($1)" }
    }

    /// Whether it may be about a secret that was given as an argument.
    fileprivate var mayBeOfSecret: Bool {
        switch self {
        case .unknownOption, .unexpectedArguments: true
        default: false
        }
    }

    fileprivate static var samples: [ParserComplaint] {
        let (hidden, option) = (TypedWord("…"), TypedWord("--jsn"))
        return [
            .unknownOption(option, nearest: nil),
            .unknownOption(option, nearest: OptionName("--json")),
            .unknownOption(hidden, nearest: nil), .invalidOption(OptionName("---")),
            .missingValue(OptionName("--vault <path>")), .missingArgument(ArgumentName("<ref>")),
            .unexpectedArguments([hidden]), .unexpectedArguments([hidden, hidden]),
            .unexpectedArguments([option]),
            .valueNotTaken(OptionName("--json"), hidden),
            .unknownValue(
                hidden, OptionName("--format <format>"),
                known: KnownValues("'table', 'json' or 'prometheus'")),
            .notUnderstood, .other(ParserWords("missing one of: '--undo', '--forget'")),
        ]
    }
}
