import Console
import Entries
import Tokens
import Vault

extension LeftOutSecret {
    /// That it is not stored, why, and what helps.
    var words: MessageText {
        let help: MessageText = hint.map { ": \($0)" } ?? ""
        return "\(source) is not stored: \(cause.words)\(help)"
    }

    /// At least one for each cause.
    static var samples: [LeftOutSecret] {
        let variable = SecretSource.variable("USER_TOKEN")
        return [
            (variable, .shortLived(exchange: "tokenvault exchange")),
            (.variable("OTHER_SECRET"), .unknownName),
            (.assignment("USER_TOKEN", line: 2), .replaced(byLine: 3)),
            (.comment(line: 2), .inComment), (.line(2), .notAnAssignment), (variable, .notAnID),
            (variable, .missingID(in: "APP_ID")), (.value(at: "data[2]"), .noToken),
            (.entry(.samplePage), .noToken), (.value(at: "paging.next"), .otherPlace),
            (.key(of: ""), .otherPlace), (variable, .unknownOwner), (variable, .appToken),
            (variable, .dead("Meta's error 190/463")), (variable, .ownerNotTold),
            (variable, .same(as: .variable("ACCESS_TOKEN"))),
            (variable, .outlasted(by: .variable("ACCESS_TOKEN"), of: .sampleUser)),
        ].map { LeftOutSecret(source: $0, cause: $1) }
    }
}

extension LeftOutSecret.Cause {
    /// The cause alone.
    var words: MessageText {
        switch self {
        case .unknownName: "its name is not a known one"
        case .replaced(let line): "line \(line) replaces it"
        case .inComment: "comments are not read"
        case .notAnAssignment: "it is not written as NAME=value"
        case .notAnID: "it is not an id, which has digits alone"
        case .missingID(let variable):
            "\(OptionName(variable)) is missing: whose it is is not known"
        case .noToken: "it has no token"
        case .otherPlace: "import does not take it from there"
        case .shortLived: "it lasts an hour or two; exchange it for a long-lived one"
        case .unknownOwner: "only Meta knows whose it is: ask with --online"
        case .appToken: "it is an app token, which is made of the app secret when needed"
        case .dead(let reason): "it is dead: \(Reason(reason))"
        case .ownerNotTold: "Meta does not say whose it is"
        case .same(let source): "it is the same as \(source)"
        case .outlasted(let source, let owner):
            "\(source) is stored as \(owner.map { "\($0)" } ?? "" as MessageText)"
        }
    }
}
