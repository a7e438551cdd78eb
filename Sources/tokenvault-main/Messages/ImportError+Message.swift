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
        case unanswered = "token-in-file-not-checked"
    }

    package var failure: Failure {
        switch self {
        case .notText:
            Failure(ID.notText, .usage, "the file has a NUL byte in it, so it is not text")
        case .invalidUTF16:
            Failure(
                ID.invalidUTF16, .usage, "the file is not valid UTF-16, or is cut short")
        case .invalidJSON:
            Failure(ID.invalidJSON, .usage, "the file is no JSON, or cut short")
        case .nothingKnown:
            Failure(
                ID.nothingKnown, .usage,
                "nothing in the file is known here: no variables such as APP_SECRET, and no "
                    + "answer of Meta's with an access_token",
                hint: "tokenvault help import")
        case .unclosedQuotes(let variable, let line):
            Failure(
                ID.unclosedQuotes, .usage,
                "the quotes around \(variable) do not end as they should, in line \(line)")
        case .valueIsReference(let variable, let line):
            Failure(
                ID.valueIsReference, .usage,
                "\(variable), in line \(line), refers to another variable, which is not looked up"
            )
        case .ambiguousValue(let variable, let line, let ambiguity):
            Failure(
                ID.ambiguousValue, .usage,
                "\(variable), in line \(line), \(Self.words(for: ambiguity)), which programs "
                    + "read differently")
        case .notAnID(let variable):
            Failure(
                ID.notAnID, .usage, "\(variable) is no id of Meta's, which has digits alone")
        case .severalIDs(let candidates, let variable):
            Failure(
                ID.severalIDs, .usage,
                "which of \(candidates) belongs to \(variable) is not clear")
        case .unusableSecret(let source, let fault):
            Failure(ID.unusableSecret, .usage, "\(source): \(Failure(fault))")
        case .mismatch(let source, let mismatch):
            Failure(
                ID.mismatch, mismatch.status,
                "\(source): \(Reason(mismatch.reason)); nothing was stored")
        case .unanswered(let source, let cause):
            Self.unanswered(source, Failure(cause))
        }
    }

    private static func words(for ambiguity: Ambiguity) -> MessageText {
        switch ambiguity {
        case .escape: "has a backslash or backtick in it"
        case .specialCharacter: "has a quote or another special character of shells in it"
        case .continuation: "follows a line that ends in a backslash"
        }
    }

    private static func unanswered(_ source: SecretSource, _ cause: Failure) -> Failure {
        Failure(
            ID.unanswered, cause.status,
            "\(source) could not be asked about, and nothing was stored: \(cause)",
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
            .unanswered(source, because: .sample),
        ] + Ambiguity.allCases.map { .ambiguousValue(variable, line: 2, $0) }
    }
}

extension EnvironmentVariable: MessageValue {
    package static var placeholder: String { "variable" }
    /// One of the known names.
    package var textInMessage: String { description }
}

extension SecretSource: MessageValue {
    package static var placeholder: String { "place" }

    package var textInMessage: String { DisplayText.clean(words) }

    private var words: String {
        switch self {
        case .variable(let name): name
        case .assignment(let name, let line): "\(name) in line \(line)"
        case .comment(let line): "a comment in line \(line)"
        case .line(let line): "line \(line)"
        case .value(let place): place
        case .key(let place): "a key of \(place.isEmpty ? "the whole" : place)"
        case .entry(let reference): reference.description
        }
    }
}
