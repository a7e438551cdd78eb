import Console
import Entries
import Vault

/// Why `add` rejects the references that it was given.
enum AddMessage: Message {
    /// No entry can have this reference.
    case notAddable
    /// `option` names an entry of the wrong kind.
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
                "name the entry to add as app:ID, user:ID, page:ID, system:ID, client:ID, "
                    + "instagram:ID, threads:ID, instagram-app:ID or threads-app:ID, where ID is "
                    + "the number that Meta assigned, without spaces",
                hint: "tokenvault help add")
        case .otherKind(let kind, let option):
            Failure(ID.otherKind, .usage, "\(option) requires a reference such as \(kind):ID")
        }
    }

    static var samples: [AddMessage] {
        [.notAddable, .otherKind(.app, option: OptionName("--app"))]
    }
}
