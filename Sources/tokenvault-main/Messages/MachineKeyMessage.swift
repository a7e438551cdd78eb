import Console
import Entries
import Vault

/// Why a machine key cannot be created or removed.
enum MachineKeyMessage: Message {
    case malformedName
    /// A key with that name exists; if `isUnvouched`, it is one that the owner did not add.
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
                "invalid key name; use 1 to 64 of a-z, 0-9, dot, hyphen and underscore, starting "
                    + "with a letter or digit")
        case .nameTaken(let name, let isUnvouched):
            Failure(
                ID.nameTaken, .exists, "a machine key with that name already exists",
                hint: isUnvouched ? "tokenvault key remove \(name)" : list)
        case .tooMany:
            Failure(
                ID.tooMany, .usage, "a vault can have at most \(Header.keySlotLimit) machine keys",
                hint: list)
        case .noneOfThatName:
            Failure(ID.noneOfThatName, .missing, "no machine key with that name", hint: list)
        }
    }

    static var samples: [MachineKeyMessage] {
        [
            .malformedName, .nameTaken(KeyName("web1"), isUnvouched: false),
            .nameTaken(KeyName("web1"), isUnvouched: true), .tooMany, .noneOfThatName,
        ]
    }
}
