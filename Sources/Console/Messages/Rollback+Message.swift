package import Entries
import Platform
package import Vault

extension Rollback {
    /// Why a state may not follow the newest one that was seen.
    package var message: MessageText {
        switch self {
        case .earlierSave(let found, let seen):
            "the vault is older than one seen here before: it is save \(found), and save \(seen) "
                + "was seen; if you put it back, add --accept-rollback, which gives up what was "
                + "saved since"
        case .earlierDataKey:
            "the vault is older than one seen here before: since then the passphrase was changed "
                + "or a machine key removed; if you put it back, add --accept-rollback, which "
                + "gives up that and what was saved since"
        case .fork:
            "the vault is another copy than the one seen here before, and just as old: each was "
                + "changed without the other, as on two machines; to keep this one, add "
                + "--accept-rollback, which gives up what was saved in the other alone"
        }
    }
}

extension HighWaterMarkFault {
    /// Why the mark at `path` does not say which state is the newest.
    package func message(at path: String) -> MessageText {
        switch self {
        case .unreadable(let reason): "the mark \(Path(path)) cannot be read: \(Reason(reason))"
        case .notAFile: "the mark \(Path(path)) is not a regular file"
        case .foreign(let owner):
            "the mark \(Path(path)) belongs to another user (\(owner))"
        case .empty: "the mark \(Path(path)) is empty"
        case .malformed: "the mark \(Path(path)) is not one that tokenvault wrote"
        }
    }

    /// What makes the mark at `path` usable again: where a new one can be written, accepting the vault as
    /// it is.
    package static func remedy(at path: String) -> CommandText? {
        // Accepting the vault replaces a file, and removes a directory only where it is empty.
        if Directory.holdsAnything(at: "\(path)/") {
            return ShellWord(path).map { "mv \($0) \($0).old" }
        }
        let directory = Directory.parent(of: path)
        guard !ProcessOwner.isRoot, let status = try? FileStatus(of: directory),
            let word = ShellWord(directory)
        else { return "tokenvault verify --accept-rollback" }
        if status.owner != ProcessOwner.id {
            return "sudo chown -R \(Int(ProcessOwner.id)) \(word)"
        }
        if status.permissions & 0o300 != 0o300 { return "chmod 700 \(word)" }
        return "tokenvault verify --accept-rollback"
    }
}
