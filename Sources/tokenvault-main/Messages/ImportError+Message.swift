package import Console
import Entries
package import Tokens
import Vault

extension ImportError: Message {
    package enum ID: String, MessageID {
        case notText = "import-file-not-text"
        case invalidUTF16 = "import-file-invalid-utf16"
        case invalidJSON = "import-file-invalid-json"
        case nothingKnown = "nothing-known-in-import-file"
        case unclosedQuotes = "unclosed-quotes"
        case ambiguousValue = "ambiguous-value"
        case valueIsReference = "value-names-other-variable"
        case notAnID = "variable-holds-no-id"
        case severalIDs = "several-ids-in-file"
        case unusableSecret = "unusable-secret-in-file"
        case mismatch = "other-token-in-file"
        case notInspected = "token-in-file-not-checked"
    }

    package var failure: Failure {
        switch self {
        case .notText:
            Failure(ID.notText, .usage, "the file contains a NUL byte, so it is not text")
        case .invalidUTF16:
            Failure(
                ID.invalidUTF16, .usage, "the file is not valid UTF-16, or is truncated")
        case .invalidJSON:
            Failure(
                ID.invalidJSON, .usage, "the file is not valid JSON, or is truncated")
        case .nothingKnown:
            Failure(
                ID.nothingKnown, .usage,
                "nothing to import: the file has no variables such as APP_SECRET, and no response "
                    + "from Meta with an access_token",
                hint: "tokenvault help import")
        case .unclosedQuotes(let variable, let line):
            Failure(
                ID.unclosedQuotes, .usage,
                "the quotes around \(variable) on line \(line) are not closed correctly")
        case .valueIsReference(let variable, let line):
            Failure(
                ID.valueIsReference, .usage,
                "\(variable) on line \(line) refers to another variable, which import does not "
                    + "expand")
        case .ambiguousValue(let variable, let line, let ambiguity):
            Failure(
                ID.ambiguousValue, .usage,
                "\(variable) on line \(line) \(Self.words(for: ambiguity)), which programs "
                    + "interpret differently")
        case .notAnID(let variable):
            Failure(
                ID.notAnID, .usage,
                "\(variable) is not a valid ID; Meta's IDs contain only digits")
        case .severalIDs(let candidates, let variable):
            Failure(
                ID.severalIDs, .usage,
                "cannot tell which of \(candidates) belongs to \(variable)")
        case .unusableSecret(let source, let fault):
            Failure(
                ID.unusableSecret, .usage, "\(source): \(Failure(fault))",
                hint: Failure(fault).hint)
        case .mismatch(let source, let mismatch):
            Failure(
                ID.mismatch, mismatch.status,
                "\(source): \(Reason(mismatch.reason)); nothing was stored")
        case .notInspected(let source, let cause):
            Self.notInspected(source, Failure(cause))
        }
    }

    private static func words(for ambiguity: Ambiguity) -> MessageText {
        switch ambiguity {
        case .escape: "has a backslash or backtick"
        case .specialCharacter: "has a quote or another special shell character"
        case .continuation: "follows a line that ends in a backslash"
        }
    }

    private static func notInspected(_ source: SecretSource, _ cause: Failure) -> Failure {
        Failure(
            ID.notInspected, cause.status,
            "cannot check \(source) with Meta, so nothing was stored: \(cause)",
            hint: cause.hint, kind: cause.kind, refusal: cause.refusal)
    }

    package static var samples: [ImportError] {
        let variables = EnvironmentVariable.known
        let variable = variables[0]
        let source = SecretSource.variable("PAGE_TOKEN")
        return [
            .notText, .invalidUTF16, .invalidJSON, .nothingKnown,
            .unclosedQuotes(variable, line: 2), .valueIsReference(variable, line: 2),
            .notAnID(variable), .severalIDs(Array(variables[1...2]), for: variable),
            .unusableSecret(source, SecretFault.empty), .mismatch(source, .sample),
            .notInspected(source, because: .sample),
        ] + Ambiguity.allCases.map { .ambiguousValue(variable, line: 2, $0) }
    }
}

extension EnvironmentVariable: MessageValue {
    package static var placeholder: String { "variable" }
    package var textInMessage: String { description }
}

extension SecretSource: MessageValue {
    package static var placeholder: String { "location" }

    package var textInMessage: String { DisplayText.clean(words) }

    private var words: String {
        switch self {
        case .variable(let name): name
        case .assignment(let name, let line): "\(name) on line \(line)"
        case .comment(let line): "a comment on line \(line)"
        case .line(let line): "line \(line)"
        case .value(let path): path
        case .key(let path): path.isEmpty ? "a top-level key" : "a key of \(path)"
        case .entry(let reference): reference.description
        }
    }
}
