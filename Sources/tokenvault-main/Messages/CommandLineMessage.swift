import Console
import Entries

/// What is wrong with a command line.
enum CommandLineMessage: Message {
    /// The command does not exist; `nearest` may have been meant.
    case noSuchCommand(nearest: CommandText?, help: CommandText)
    /// An option comes before the command name.
    case optionBeforeCommand(help: CommandText)
    /// An option that takes one value was given twice.
    case repeatedOption(OptionName)
    /// The argument parser rejects the arguments.
    ///
    /// `readsSecret` is true for a command that prompts for a secret: the rejected argument may be
    /// that secret.
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
                ID.optionBeforeCommand, .usage, "options go after the command name", hint: help)
        case .repeatedOption(let option):
            Failure(ID.repeatedOption, .usage, "\(option) was given twice; use it only once")
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

    /// The parser's own words, without its capital letter and period; parsing them relies on this.
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
        case .notUnderstood: "these arguments are not valid"
        case .other(let words): "\(words)"
        }
    }

    private static func text(ofUnexpected words: [TypedWord]) -> MessageText {
        let list = words.map { "'\($0.text)'" as MessageText }
        let start: MessageText =
            list.count == 1 ? "unexpected argument " : "\(list.count) unexpected arguments: "
        return start + (list.first ?? "") + list.dropFirst().reduce("") { "\($0), \($1)" }
    }

    /// Whether the rejected argument may be a secret.
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
