internal import Glibc
public import Sodium

/// A file outside the vault that the user named, such as a template or a configuration file.
public enum UserFile {
    /// Why the file is not used.
    public enum Refusal: Error, Equatable {
        /// It is a directory, pipe, device or socket.
        case notRegular(path: String)
        /// The path is a symbolic link that another user made, or to something other than a regular
        /// file of this user.
        case foreignLink(path: String)
    }

    /// Returns the content of a regular file, or `nil` if it has more than `limit` bytes.
    ///
    /// - Throws: ``Refusal`` or ``SystemCallFailure``.
    public static func read(_ path: String, limit: Int) throws -> Secret? {
        let file = try File(reading: path)
        guard try file.status().isRegular else { throw Refusal.notRegular(path: path) }
        return try file.readSecret(limit: limit)
    }

    /// Replaces the file at `path`, so that it has either its old content or all of `content`.
    ///
    /// A new file gets mode 0600. An existing one keeps its owner, group and mode, except that
    /// others lose their access. A symbolic link of this user or root to a regular file of this
    /// user stays, and that file is replaced.
    ///
    /// - Throws: ``Refusal`` or ``SystemCallFailure``; nothing has changed then.
    public static func replace(_ path: String, with content: borrowing Secret) throws {
        let (target, existing) = try target(of: path)
        let temporary = FileReplacement.temporaryPath(for: target)
        let file = try claim(temporary)
        do {
            try content.withBytes { bytes throws(SystemCallFailure) in try file.write(bytes) }
            if let existing { try keep(existing, on: file, for: target) }
            try file.synchronize()
            guard unsafe rename(temporary, target) == 0 else {
                throw SystemCallFailure(.replace, target)
            }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        // The file is in place; whether its name survives a power failure is up to the file system.
        try? Directory.synchronize(Directory.parent(of: target))
    }

    /// Returns the path of the file to replace, with a symbolic link at the end resolved, and the
    /// status of the file if it exists.
    private static func target(of path: String) throws -> (String, FileStatus?) {
        let entry: FileStatus
        do throws(SystemCallFailure) {
            entry = try FileStatus(ofEntry: path)
        } catch {
            // What is missing may also be the directory, which `claim` reports.
            guard error.isMissing else { throw error }
            return (path, nil)
        }
        guard entry.isSymbolicLink else {
            guard entry.isRegular else { throw Refusal.notRegular(path: path) }
            return (path, entry)
        }
        // Otherwise, someone with access to the directory could choose the file to replace.
        guard [ProcessOwner.id, 0].contains(entry.owner),
            let target = try? Directory.resolve(path),
            let status = try? FileStatus(ofEntry: target), status.isRegular,
            status.owner == ProcessOwner.id
        else { throw Refusal.foreignLink(path: path) }
        return (target, status)
    }

    /// Gives a new file the owner, group and mode of the one that it will replace.
    private static func keep(
        _ existing: FileStatus, on file: borrowing File, for target: String
    ) throws(SystemCallFailure) {
        let new = try file.status()
        let isOwned =
            (new.owner, new.group) == (existing.owner, existing.group)
            || fchown(file.descriptor, existing.owner, existing.group) == 0
        // Last, because a change of the owner may take permissions away.
        guard isOwned, fchmod(file.descriptor, existing.permissions & 0o770) == 0 else {
            throw SystemCallFailure(.replace, target)
        }
    }

    /// Creates the temporary file, and holds its lock while the file is open.
    ///
    /// The name is always the same, so that what a killed process left is removed by the next one.
    /// The lock tells it from the file of a process that is still writing.
    private static func claim(_ temporary: String) throws(SystemCallFailure) -> File {
        // A file is written in a moment, so after 10 seconds something is wrong.
        for _ in 0..<1000 {
            do throws(SystemCallFailure) {
                let file = try File(creating: temporary)
                // Another process may have found it unlocked, and removed it as a leftover.
                if isLocked(file, at: temporary) { return file }
                continue
            } catch {
                guard error.isExisting else { throw error }
            }
            do throws(SystemCallFailure) {
                let other = try File(
                    temporary, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, mode: 0, doing: .create)
                if isLocked(other, at: temporary) {
                    guard unsafe unlink(temporary) == 0 else {
                        throw SystemCallFailure(.remove, temporary)
                    }
                } else {
                    usleep(10_000)
                }
            } catch {
                guard error.isMissing else { throw error }
            }
        }
        throw SystemCallFailure(.lock, temporary, code: EWOULDBLOCK)
    }

    /// Locks the file, and returns whether this process now has the lock of what is at `path`.
    private static func isLocked(_ file: borrowing File, at path: String) -> Bool {
        // Some file systems have no locks, so nothing can be known there.
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK,
            let own = try? file.status(), let there = try? FileStatus(ofEntry: path)
        else { return false }
        return own.isOfSameFile(as: there)
    }
}
