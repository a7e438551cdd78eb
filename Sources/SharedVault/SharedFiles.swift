internal import Platform
internal import Sharing
internal import Sodium
internal import Vault

/// The files of a shared vault while their lock is held.
///
/// Every step is on the disk when its function returns.
struct SharedFiles: ~Copyable {
    private let paths: SharedPaths
    private let keys: KeyRing
    private let marks: HighWaterMarks?
    private let lock: FileLock

    /// Takes the lock, waiting for at most `seconds`.
    ///
    /// - Throws: `SharingChange.ended` if the vault is no longer shared.
    init(
        _ paths: SharedPaths, keys: KeyRing, marks: HighWaterMarks?, waiting seconds: Double
    ) throws {
        let lock = try paths.takeFileLock(waiting: seconds)
        guard paths.isShared else { throw SharingChange.ended }
        self.lock = lock
        self.paths = paths
        self.keys = keys
        self.marks = marks
        // Left by a process that was killed while it wrote; nobody else writes now.
        Directory.remove(FileReplacement.temporaryPath(for: paths.ahead))
        Directory.remove(FileReplacement.temporaryPath(for: paths.vault))
    }

    /// Reads and opens all files.
    ///
    /// - Throws: `VaultError.rolledBack` if somebody put back an old file. What the vault does not
    ///   contain was made from it or from a newer state, so it is newer than what was seen; only a
    ///   program that does not know of sharing may have saved meanwhile.
    func look() throws -> OpenFiles {
        let files = try OpenFiles(paths, keys: keys)
        for other in [files.sent, files.ahead].compactMap(\.self)
        where !files.vault.state.contains(other.state)
            && !other.state.isMade(fromHeadBefore: files.vault.state)
        {
            try marks?.examine(other.markState, of: other.header.vaultID)
        }
        return files
    }

    /// Makes one step towards files that are in order.
    ///
    /// - Returns: The merge, if the step was one.
    func settle(_ step: SettlingStep, _ files: OpenFiles) throws -> StateMerge? {
        switch step {
        case .removeAhead: try remove(paths.ahead)
        case .removeSent: try remove(paths.sent)
        case .rebase(let plan):
            guard let ours = files.ahead else { throw VaultError.changedMeanwhile }
            let merge = try StateMerge(
                plan, base: plan.base == .local(.sent) ? files.sent : nil, ours: ours,
                theirs: files.vault)
            try write(merge.bytes, to: .ahead)
            return merge
        }
        return nil
    }

    /// Replaces a file.
    func write(_ bytes: [UInt8], to file: LocalFile) throws {
        var replacement = try FileReplacement(of: paths.path(of: file))
        try replacement.write(bytes.span)
        if let failure = try replacement.commit(confirm: { _ in }) { throw failure }
    }

    /// Makes `.sent` a second name of a file or, where the file system has no second names, a copy.
    func link(_ file: LocalFile, _ files: OpenFiles) throws {
        do throws(SystemCallFailure) {
            try Directory.link(paths.path(of: file), as: paths.sent)
            try synchronize()
        } catch {
            guard let state = files[file], !Directory.holdsAnything(at: paths.sent) else {
                throw error
            }
            try write(state.bytes, to: .sent)
        }
    }

    /// Makes `.ahead` the vault.
    func renameAhead() throws {
        try Directory.rename(paths.ahead, to: paths.vault)
        try synchronize()
    }

    private func remove(_ path: String) throws {
        try Directory.delete(path)
        try synchronize()
    }

    private func synchronize() throws(SystemCallFailure) {
        try Directory.synchronize(Directory.parent(of: paths.vault))
    }
}

/// The files of a shared vault, read and opened.
struct OpenFiles {
    let vault: OpenState
    let ahead: OpenState?
    /// Set when a file is linked to it.
    var sent: OpenState?

    /// Reads the files; without the lock, a file may be newer than those read before it.
    init(_ paths: SharedPaths, keys: KeyRing) throws {
        sent = try Self.open(paths.sent, keys: keys)
        ahead = try Self.open(paths.ahead, keys: keys)
        guard let bytes = try Self.read(paths.vault) else {
            throw VaultError.missing(path: paths.vault)
        }
        vault = try OpenState(bytes, keys: keys)
        for other in [ahead, sent].compactMap(\.self)
        where other.header.vaultID != vault.header.vaultID {
            throw VaultError.changedMeanwhile
        }
    }

    /// What the protocol sees.
    var view: LocalView {
        LocalView(vault: vault.state, ahead: ahead?.state, sent: sent?.state)
    }

    subscript(file: LocalFile) -> OpenState? {
        switch file {
        case .vault: vault
        case .ahead: ahead
        case .sent: sent
        }
    }

    /// Returns the state in a file next to the vault, or `nil` if there is none.
    private static func open(_ path: String, keys: KeyRing) throws -> OpenState? {
        do {
            return try read(path).map { try OpenState($0, keys: keys) }
        } catch VaultError.damaged {
            throw SharingError.damagedFile(path: path)
        }
    }

    /// Returns the content of a file, or `nil` if there is none.
    ///
    /// - Throws: ``SharingError/tooLarge`` if it is too large to be shared.
    private static func read(_ path: String) throws -> [UInt8]? {
        do {
            let file = try File(reading: path)
            let status = try file.status()
            guard status.isRegular else { throw VaultError.damaged(.notAVault) }
            guard status.size <= HeadLine.fileLimit else { throw SharingError.tooLarge }
            return try file.read(count: status.size, at: 0)
        } catch let failure as SystemCallFailure where failure.isMissing {
            return nil
        }
    }
}
