import Platform
package import Vault

/// The words about the newest state of a vault that was seen.
package enum RollbackWords {
    /// Why a state may not follow it.
    package static func refusal(_ rollback: Rollback) -> String {
        switch rollback {
        case .earlierSave(let found, let seen):
            "the vault is older than one seen here before: it is save \(found), and save \(seen) was "
                + "seen; if you put it back, add --accept-rollback, which gives up what was saved since"
        case .earlierDataKey:
            "the vault is older than one seen here before: since then the passphrase was changed or a "
                + "machine key removed; if you put it back, add --accept-rollback, which gives up that "
                + "and what was saved since"
        case .fork:
            "the vault is another copy than the one seen here before, and just as old: each was changed "
                + "without the other, as on two machines; to keep this one, add --accept-rollback, which "
                + "gives up what was saved in the other alone"
        }
    }

    /// Why a mark does not say which it is.
    package static func fault(_ fault: HighWaterMarkFault, at path: String) -> String {
        switch fault {
        case .unreadable(let reason): "the mark \(shown(path)) cannot be read: \(reason)"
        case .notAFile: "the mark \(shown(path)) is not a regular file"
        case .foreign(let owner): "the mark \(shown(path)) belongs to another user (\(owner))"
        case .empty: "the mark \(shown(path)) is empty"
        case .malformed: "the mark \(shown(path)) is not one that tokenvault wrote"
        }
    }

    /// What makes a mark usable again: where a new one can be written, accepting the vault as it is.
    package static func remedy(forMarkAt path: String) -> String? {
        // Accepting the vault replaces a file, and removes a directory only where it is empty.
        if Directory.holdsAnything(at: "\(path)/") {
            return ShellWord.quoted(path).map { "mv \($0) \($0).old" }
        }
        let directory = Directory.parent(of: path)
        guard !ProcessOwner.isRoot, let status = try? FileStatus(of: directory),
            let word = ShellWord.quoted(directory)
        else { return "tokenvault verify --accept-rollback" }
        if status.owner != ProcessOwner.id { return "sudo chown -R \(ProcessOwner.id) \(word)" }
        if status.permissions & 0o300 != 0o300 { return "chmod 700 \(word)" }
        return "tokenvault verify --accept-rollback"
    }
}
