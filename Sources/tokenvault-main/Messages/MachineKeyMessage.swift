import Console
import Entries
import Vault

/// What keeps a machine key from being made or removed.
enum MachineKeyMessage: Message {
    case malformedName
    /// There is a key of that name; if `isUnvouched`, one that the owner did not add.
    case nameTaken(KeyName, isUnvouched: Bool)
    case tooMany
    case noneOfThatName

    enum ID: String, MessageID {
        case malformedName = "malformed-key-name"
        case nameTaken = "key-name-taken"
        case tooMany = "too-many-keys"
        case noneOfThatName = "no-key-of-that-name"
    }

    var failure: Failure {
        let list: CommandText = "tokenvault key list"
        return switch self {
        case .malformedName:
            Failure(
                ID.malformedName, .usage,
                "a key's name is 1 to 64 of a-z, 0-9, dot, dash and underscore, and begins with a "
                    + "letter or digit")
        case .nameTaken(let name, let isUnvouched):
            Failure(
                ID.nameTaken, .exists, "there is a machine key of that name already",
                hint: isUnvouched ? "tokenvault key remove \(name)" : list)
        case .tooMany:
            Failure(
                ID.tooMany, .usage, "a vault takes \(Header.keySlotLimit) machine keys at the most",
                hint: list)
        case .noneOfThatName:
            Failure(ID.noneOfThatName, .missing, "no machine key of that name", hint: list)
        }
    }

    static var samples: [MachineKeyMessage] {
        [
            .malformedName, .nameTaken(KeyName("web1"), isUnvouched: false),
            .nameTaken(KeyName("web1"), isUnvouched: true), .tooMany, .noneOfThatName,
        ]
    }
}
