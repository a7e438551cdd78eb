import Entries
package import Platform

/// A file with a passphrase or a machine key in it, which must be in nobody else's hands.
package struct SecretFile {
    package let path: String
    package let status: FileStatus
    package let use: Use

    /// What the file is read for; each has another way in where modes cannot be changed.
    package enum Use {
        case passphrase
        case newPassphrase
        /// The passphrase of a vault that is to be made.
        case firstPassphrase
        case machineKey
    }

    /// Why the file is not used, with a command that helps where it is; nil for one that may be.
    ///
    /// A pipe, as from `<(…)`, is in nobody's hands but those of the two ends.
    package func refusal(vaultPath: String) -> SecretFileMessage? {
        guard status.isRegular else { return nil }
        guard isTrusted(vaultPath: vaultPath) else {
            return .foreign(
                path: path, owner: status.owner,
                remedy: remedy { word in
                    ProcessOwner.isRoot
                        ? "chown 0 \(word)" : "sudo chown \(Int(ProcessOwner.id)) \(word)"
                })
        }
        guard status.isOpenToOthers else { return nil }
        let isOurs = status.owner == ProcessOwner.id || ProcessOwner.isRoot
        return .openToOthers(
            path: path, whatOthersCan, remedy: remedy { isOurs ? "chmod 600 \($0)" : nil })
    }

    /// The user's own and root's are; root works for the vault's owner too.
    private func isTrusted(vaultPath: String) -> Bool {
        if status.owner == ProcessOwner.id || status.owner == 0 { return true }
        return ProcessOwner.isRoot && status.owner == Directory.ownerOfNearest(vaultPath)
    }

    private var whatOthersCan: SecretFileMessage.Access {
        if status.permissions & 0o022 == 0 { return .read }
        return status.permissions & 0o044 == 0 ? .change : .readAndChange
    }

    /// `command` with the path; in a read-only file system, or without one, what needs no change there.
    private func remedy(_ command: (ShellWord) -> CommandText?) -> CommandText? {
        guard let word = ShellWord(path) else { return nil }
        if !Directory.isReadOnly(path), let command = command(word) { return command }
        switch use {
        case .passphrase: return "tokenvault list --passphrase-fd 3 3<\(word)"
        case .newPassphrase: return "tokenvault passphrase --new-passphrase-fd 3 3<\(word)"
        case .firstPassphrase: return "tokenvault init --passphrase-fd 3 3<\(word)"
        case .machineKey: return "cat \(word) | tokenvault list --key-file /dev/stdin"
        }
    }
}
