import Entries
package import Platform

/// A file with a passphrase or a machine key, which nobody else may read or change.
package struct SecretFile {
    package let path: String
    package let status: FileStatus
    package let use: Use

    /// The purpose of the file, which determines the alternative if its mode cannot be changed.
    package enum Use {
        case passphrase
        case newPassphrase
        /// The passphrase of a vault to be created.
        case firstPassphrase
        case machineKey
        /// The password of a user of the store.
        case password
    }

    /// Returns why the file must not be used, with a command that helps, or `nil` if it may be.
    ///
    /// A pipe, as from `<(…)`, is accessible only to the processes at its two ends.
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
            path: path, othersAccess, remedy: remedy { isOurs ? "chmod 600 \($0)" : nil })
    }

    /// Returns whether to trust the owner of the file.
    ///
    /// Files of this user and of root are trusted. Root may work on another user's vault, so it
    /// also trusts files of the vault's owner.
    private func isTrusted(vaultPath: String) -> Bool {
        if status.owner == ProcessOwner.id || status.owner == 0 { return true }
        return ProcessOwner.isRoot && status.owner == Directory.ownerOfNearest(vaultPath)
    }

    private var othersAccess: SecretFileMessage.Access {
        if status.permissions & 0o022 == 0 { return .read }
        return status.permissions & 0o044 == 0 ? .change : .readAndChange
    }

    /// Returns `command` for the path.
    ///
    /// If it returns `nil` or the file system is read-only, returns a command that passes the
    /// secret in a way that does not depend on the file's mode.
    private func remedy(_ command: (ShellWord) -> CommandText?) -> CommandText? {
        guard let word = ShellWord(path) else { return nil }
        if !Directory.isReadOnly(path), let command = command(word) { return command }
        switch use {
        case .passphrase: return "tokenvault list --passphrase-fd 3 3<\(word)"
        case .newPassphrase: return "tokenvault passphrase --new-passphrase-fd 3 3<\(word)"
        case .firstPassphrase: return "tokenvault init --passphrase-fd 3 3<\(word)"
        case .machineKey: return "cat \(word) | tokenvault list --key-file /dev/stdin"
        case .password: return nil
        }
    }
}
