package import Entries
import Platform
package import Vault

extension Rollback {
    /// The reason why the vault is refused, and how to accept it.
    package var message: MessageText {
        switch self {
        case .earlierSave(let found, let seen):
            "the vault is older than one already seen on this machine: it is save \(found), but "
                + "save \(seen) was seen; if you restored it, add --accept-rollback, which "
                + "discards everything saved since"
        case .earlierDataKey:
            "the vault is older than one already seen on this machine: since then, the passphrase "
                + "was changed or a machine key was removed; if you restored it, add "
                + "--accept-rollback, which discards that and everything saved since"
        case .fork:
            "the vault differs from the equally recent one already seen on this machine: each was "
                + "changed without the other, as on two machines; to keep this one, add "
                + "--accept-rollback, which discards what was saved only in the other"
        }
    }
}

extension HighWaterMarkFault {
    /// Returns the reason why the high-water mark at `path` cannot be used.
    package func message(at path: String) -> MessageText {
        switch self {
        case .unreadable(let reason):
            "the high-water mark \(Path(path)) cannot be read: \(Reason(reason))"
        case .notAFile: "the high-water mark \(Path(path)) is not a regular file"
        case .foreign(let owner):
            "the high-water mark \(Path(path)) belongs to another user (\(owner))"
        case .empty: "the high-water mark \(Path(path)) is empty"
        case .malformed: "the high-water mark \(Path(path)) was not written by tokenvault"
        }
    }

    /// Returns a command that makes the high-water mark at `path` usable again.
    ///
    /// If a new mark can be written, this is the command that accepts the vault as it is.
    package static func remedy(at path: String) -> CommandText? {
        // Accepting the vault replaces a file, but removes a directory only if it is empty.
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
