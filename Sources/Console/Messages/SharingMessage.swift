import Entries

/// Why a command that depends on sharing a vault cannot go on.
package enum SharingMessage: Message {
    /// There are no settings of a store.
    case notShared
    /// The store was last read so many seconds ago; `nil` if that is unknown.
    case copyTooOld(age: Int64?)

    package enum ID: String, MessageID {
        case notShared = "vault-not-shared"
        case copyTooOld = "copy-too-old"
    }

    package var failure: Failure {
        switch self {
        case .notShared:
            Failure(
                ID.notShared, .usage, "the vault is not shared with other machines",
                hint: "tokenvault help remote add")
        case .copyTooOld(let age?):
            Failure(
                ID.copyTooOld, .expiring,
                "the vault was last synced \(TimeSpan(seconds: age)) ago",
                hint: "tokenvault sync", kind: .vault)
        case .copyTooOld(nil):
            Failure(
                ID.copyTooOld, .expiring, "it is not known when the vault was last synced",
                hint: "tokenvault sync", kind: .vault)
        }
    }

    package static var samples: [SharingMessage] {
        [.notShared, .copyTooOld(age: 7_200), .copyTooOld(age: nil)]
    }
}
