import Console
import Entries
import Tokens
import Vault

extension LeftOutSecret {
    /// Says that the secret was not stored, why, and what to do.
    var words: MessageText {
        let help: MessageText = hint.map { ": \($0)" } ?? ""
        return "\(source) was not stored: \(cause.words)\(help)"
    }

    /// At least one secret for each cause.
    static var samples: [LeftOutSecret] {
        let variable = SecretSource.variable("USER_TOKEN")
        return [
            (variable, .shortLived(exchange: "tokenvault exchange")),
            (.variable("OTHER_SECRET"), .unknownName),
            (.assignment("USER_TOKEN", line: 2), .replaced(byLine: 3)),
            (.comment(line: 2), .inComment), (.line(2), .notAnAssignment), (variable, .notAnID),
            (variable, .missingID(in: "APP_ID")),
            (.variable("INSTAGRAM_ACCESS_TOKEN"), .missingAccount(in: "INSTAGRAM_USER_ID")),
            (.value(at: "data[2]"), .noToken),
            (.entry(.samplePage), .noToken), (.value(at: "paging.next"), .unsupportedLocation),
            (.key(of: ""), .unsupportedLocation), (variable, .unknownOwner), (variable, .appToken),
            (variable, .dead("Meta's error 190/463")), (variable, .ownerNotReported),
            (variable, .same(as: .variable("ACCESS_TOKEN"))),
            (variable, .outlasted(by: .variable("ACCESS_TOKEN"), of: .sampleUser)),
        ].map { LeftOutSecret(source: $0, cause: $1) }
    }
}

extension LeftOutSecret.Cause {
    /// The cause, without the secret that it applies to.
    var words: MessageText {
        switch self {
        case .unknownName: "unknown variable name"
        case .replaced(let line): "line \(line) overrides it"
        case .inComment: "comments are ignored"
        case .notAnAssignment: "it is not in the form NAME=value"
        case .notAnID: "it is not a valid ID; Meta's IDs contain only digits"
        case .missingID(let variable):
            "\(OptionName(variable)) is missing, so tokenvault cannot tell which app this secret "
                + "belongs to"
        case .missingAccount(let variable):
            "\(OptionName(variable)) is missing, so tokenvault cannot tell whose token it is"
        case .noToken: "it has no token"
        case .unsupportedLocation: "import does not read secrets from there"
        case .shortLived: "it lasts only an hour or two; exchange it for a long-lived token"
        case .unknownOwner: "only Meta knows who owns it; add --online to ask"
        case .appToken: "it is an app token, which tokenvault derives from the app secret"
        case .dead(let reason): "it is not valid: \(Reason(reason))"
        case .ownerNotReported: "Meta does not say who owns it"
        case .same(let source): "it is the same as \(source)"
        case .outlasted(let source, let owner):
            "\(source) is stored as \(owner.map { "\($0)" } ?? "" as MessageText)"
        }
    }
}
