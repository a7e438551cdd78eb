import Console
import Entries
import Vault

/// Why `add` does not store a secret under the names it was given.
enum AddMessage: Message {
    /// There can be no such entry.
    case notAddable
    /// `option` names an entry of another kind than it must.
    case otherKind(Reference.Kind, option: OptionName)

    enum ID: String, MessageID {
        case notAddable = "not-addable"
        case otherKind = "related-entry-of-other-kind"
    }

    var failure: Failure {
        switch self {
        case .notAddable:
            Failure(
                ID.notAddable, .usage,
                "what to add is named app:ID, user:ID, page:ID, system:ID or client:ID, where ID "
                    + "is Meta's number, without spaces",
                hint: "tokenvault help add")
        case .otherKind(let kind, let option):
            Failure(ID.otherKind, .usage, "\(option) needs a reference such as \(kind):ID")
        }
    }

    static var samples: [AddMessage] {
        [.notAddable, .otherKind(.app, option: OptionName("--app"))]
    }
}
