package import Platform

extension RemoteSettings {
    /// The reason why the file of settings cannot be used.
    package enum FileProblem: Error, Equatable, Sendable {
        /// The file cannot be opened or read.
        case unreadable(SystemCallFailure)
        /// It is a directory, a pipe or a device.
        case notFile
        /// Others can change it, and so decide who gets the password.
        case writableByOthers
        /// It belongs to this user, who is neither the one running this program nor root.
        case foreign(owner: UInt32)
        /// Its content is not valid.
        case content(Problem)
    }

    /// Returns the path of the settings of the vault at `vaultPath`.
    package static func path(forVaultAt vaultPath: String) -> String { "\(vaultPath).remote" }

    /// Reads the settings of the vault at `vaultPath`, or returns `nil` if it is not shared.
    package static func read(
        forVaultAt vaultPath: String
    ) throws(FileProblem) -> RemoteSettings? {
        let status: FileStatus
        let bytes: [UInt8]
        do throws(SystemCallFailure) {
            let file = try File(reading: path(forVaultAt: vaultPath))
            status = try file.status()
            bytes = status.isRegular ? try file.read(count: sizeLimit + 1, at: 0) : []
        } catch {
            if error.isMissing { return nil }
            throw .unreadable(error)
        }
        guard status.isRegular else { throw .notFile }
        guard isTrusted(status.owner, vaultPath: vaultPath) else {
            throw .foreign(owner: status.owner)
        }
        guard status.permissions & 0o022 == 0 else { throw .writableByOthers }
        do throws(Problem) {
            return try RemoteSettings(bytes: bytes)
        } catch {
            throw .content(error)
        }
    }

    /// Returns whether a file of this owner may say where the vault and the password go.
    ///
    /// Root may work on another user's vault, with that user's settings.
    private static func isTrusted(_ owner: UInt32, vaultPath: String) -> Bool {
        owner == ProcessOwner.id || owner == 0
            || ProcessOwner.isRoot && owner == Directory.ownerOfNearest(vaultPath)
    }

    /// Writes the settings of the vault at `vaultPath`, with mode 0600, replacing earlier ones.
    ///
    /// The caller holds the lock of the vault.
    ///
    /// - Returns: The reason why the file may not have reached the disk yet, or `nil`.
    package func write(forVaultAt vaultPath: String) throws -> SystemCallFailure? {
        var replacement = try FileReplacement(of: Self.path(forVaultAt: vaultPath))
        try replacement.write(bytes.span)
        return try replacement.commit { _ in }
    }
}
