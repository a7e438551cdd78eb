import Entries
import Platform
package import Vault

extension VaultError: Message {
    package enum ID: String, MessageID {
        case missing = "no-vault"
        case missingTarget = "no-vault-at-link"
        case linkExists = "link-in-the-way"
        case exists = "file-in-the-way"
        case leftover = "shared-vault-in-the-way"
        case notAVault = "not-a-vault"
        case damaged = "vault-damaged"
        case passphraseCost = "passphrase-cost-out-of-range"
        case wrongPassphrase = "wrong-passphrase"
        case malformedKeyFile = "malformed-key-file"
        case wrongMachineKey = "wrong-machine-key"
        case forgedSlot = "forged-key-slot"
        case staleSession = "stale-session"
        case changedMeanwhile = "changed-meanwhile"
        case rolledBack = "rolled-back"
        case unusableMark = "unusable-high-water-mark"
        case exhausted = "saves-exhausted"
        case busy = "vault-busy"
        case entryExists = "entry-exists"
        case outOfMemory = "out-of-memory"
        case changedTwice = "changed-twice"
        case metadataTooLarge = "metadata-too-large"
    }

    package var failure: Failure {
        switch self {
        case .missing(let path):
            Failure(ID.missing, .missing, "no vault at \(Path(path))", hint: "tokenvault init")
        case .missingTarget(let path, let link):
            Failure(
                ID.missingTarget, .missing,
                "no vault at \(Path(path)): \(Path(link.path)) is a symbolic link to "
                    + "\(Path(link.target)), which does not exist",
                hint: Self.initHint(link))
        case .linkExists(let link):
            Failure(
                ID.linkExists, .exists,
                "\(Path(link.path)) is a symbolic link to \(Path(link.target)), which does not "
                    + "exist; the link was not changed",
                hint: Self.initHint(link))
        case .exists(let path):
            Failure(
                ID.exists, .exists,
                "\(Path(path)) already exists; it was not changed",
                hint: "tokenvault status")
        case .leftover(let path):
            Failure(
                ID.leftover, .exists,
                "\(Path(path)) belongs to a shared vault that was here; it was not changed")
        case .damaged(let damage):
            Self.damaged(damage)
        case .wrongPassphrase:
            Failure(ID.wrongPassphrase, .locked, "the passphrase does not open the vault")
        case .wrongMachineKey(let refusal):
            Self.wrongMachineKey(refusal)
        case .wrongDataKey:
            Failure(
                ID.staleSession, .locked, "the session's key does not open the vault",
                hint: "tokenvault unlock")
        case .changedMeanwhile:
            Failure(
                ID.changedMeanwhile, .tryLater,
                "another process changed the vault in the meantime, so nothing was saved; run the "
                    + "command again")
        case .rolledBack(let rollback):
            Failure(
                ID.rolledBack, .damaged, rollback.message,
                hint: "tokenvault verify --accept-rollback")
        case .unusableMark(let path, let fault):
            Failure(
                ID.unusableMark, .damaged,
                "cannot tell whether the vault is older than one already seen on this machine: "
                    + "\(fault.message(at: path)); if the vault is the newest, add --accept-rollback",
                hint: HighWaterMarkFault.remedy(at: path))
        case .exhausted:
            Failure(
                ID.exhausted, .damaged,
                "the vault's save counter has reached its maximum",
                hint: "tokenvault passphrase")
        case .busy:
            Failure(
                ID.busy, .tryLater, "another process holds the vault's lock; try again later")
        case .noEntry(let reference):
            EntryError.notFound(reference, similar: []).failure
        case .entryExists(let reference):
            Failure(
                ID.entryExists, .exists, "\(reference) already exists",
                hint: "tokenvault add \(reference) --replace")
        case .outOfMemory(let kib):
            Failure(
                ID.outOfMemory, .inputOutput,
                "not enough memory: checking the passphrase requires \(kib / 1024) MiB")
        case .unusableSecret(let fault):
            fault.failure
        case .changedTwice(let reference):
            Failure(
                ID.changedTwice, .internalFault,
                "internal error: \(reference) was changed twice in one save; nothing was saved")
        case .metadataTooLarge(let reference):
            Failure(
                ID.metadataTooLarge, .usage,
                "the metadata of \(reference) would exceed 64 KiB")
        }
    }

    /// Returns the command that creates the vault at the destination of a broken link.
    private static func initHint(_ link: BrokenLink) -> CommandText? {
        ShellWord(link.destination).map { "tokenvault init --vault \($0)" }
    }

    private static func damaged(_ damage: Damage) -> Failure {
        func damaged(_ what: MessageText) -> Failure {
            Failure(ID.damaged, .damaged, "the vault is damaged: \(what)")
        }
        return switch damage {
        case .notAVault: Failure(ID.notAVault, .damaged, "the file is not a vault")
        case .passphraseCost:
            Failure(
                ID.passphraseCost, .damaged,
                "the vault's key derivation cost is outside the limits, so the passphrase was not "
                    + "tried")
        case .headerLine(let line): damaged("header line \(line) is invalid")
        case .headerSize: damaged("its header does not end within 64 KiB")
        case .headerMAC: damaged("its header was altered")
        case .machineSlot: damaged("the machine key's slot is from another state or vault")
        case .chunk(let index): damaged("chunk \(index + 1) was altered, moved or truncated")
        case .payloadSize: damaged("it was truncated")
        case .record(.shape): damaged("a record is incomplete")
        case .record(.reference): damaged("a record has an invalid reference")
        case .record(.secret): damaged("a record has an invalid secret")
        case .record(.metadata): damaged("a record has invalid metadata")
        case .record(.order): damaged("its records are out of order")
        }
    }

    private static func wrongMachineKey(_ refusal: MachineKeyRefusal) -> Failure {
        let help: CommandText = "tokenvault help key add"
        return switch refusal {
        case .malformedKeyFile:
            Failure(
                ID.malformedKeyFile, .locked, "the key file is not a tokenvault machine key",
                hint: help)
        case .otherVault:
            Failure(
                ID.wrongMachineKey, .locked,
                "the machine key is for another vault, or for this one before its key pair was "
                    + "replaced",
                hint: help)
        case .noSlot:
            Failure(
                ID.wrongMachineKey, .locked,
                "the vault has no slot for this machine key, because it was removed", hint: help)
        case .forgedSlot:
            Failure(
                ID.forgedSlot, .locked, "the machine key's slot was not made by this vault")
        }
    }

    package static var samples: [VaultError] {
        let path = "/home/ann/.local/share/tokenvault/vault"
        let link = BrokenLink(
            path: "/home/ann/vault", target: "/mnt/vault", destination: "/mnt/vault")
        return [
            .missing(path: path), .missingTarget(path: path, link), .linkExists(link),
            .exists(path: path), .leftover(path: "\(path).ahead"), .damaged(.notAVault),
            .damaged(.headerLine(3)),
            .damaged(.headerSize), .damaged(.passphraseCost), .damaged(.headerMAC),
            .damaged(.machineSlot), .damaged(.chunk(0)), .damaged(.payloadSize),
            .damaged(.record(.shape)), .damaged(.record(.reference)), .damaged(.record(.secret)),
            .damaged(.record(.metadata)), .damaged(.record(.order)), .wrongPassphrase,
            .wrongMachineKey(.malformedKeyFile), .wrongMachineKey(.otherVault),
            .wrongMachineKey(.noSlot), .wrongMachineKey(.forgedSlot), .wrongDataKey,
            .changedMeanwhile, .rolledBack(.earlierSave(3, seen: 4)), .rolledBack(.earlierDataKey),
            .rolledBack(.fork),
            .unusableMark(path: path, .unreadable(reason: "Input/output error")),
            .unusableMark(path: path, .notAFile), .unusableMark(path: path, .foreign(owner: 1001)),
            .unusableMark(path: path, .empty), .unusableMark(path: path, .malformed), .exhausted,
            .busy, .entryExists(.samplePage), .outOfMemory(kib: 65_536),
            .changedTwice(.samplePage), .metadataTooLarge(.samplePage),
        ]
    }
}

extension SecretFault: Message {
    package enum ID: String, MessageID {
        case empty = "secret-empty"
        case tooLong = "secret-too-long"
        case whiteSpace = "secret-with-white-space"
        case unprintable = "secret-not-printable"
    }

    package var failure: Failure {
        switch self {
        case .empty:
            Failure(ID.empty, .usage, "the secret is empty")
        case .tooLong:
            Failure(ID.tooLong, .usage, "the secret is longer than 64 KiB")
        case .whiteSpace(let offset):
            Failure(
                ID.whiteSpace, .usage,
                "the secret contains whitespace at character \(offset + 1); copy it again without "
                    + "spaces or line breaks")
        case .unprintable(let offset):
            Failure(
                ID.unprintable, .usage,
                "byte \(offset + 1) of the secret is not printable ASCII; copy it again")
        }
    }

    package static var samples: [SecretFault] {
        [.empty, .tooLong, .whiteSpace(offset: 0), .unprintable(offset: 0)]
    }
}

extension RecordFault: FailureConvertible {
    package var failure: Failure { VaultError.damaged(.record(self)).failure }
}
