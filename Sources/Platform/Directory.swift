internal import Glibc

/// A directory by its path.
public enum Directory {
    /// Creates the directory and those above it that are missing, each of mode 0700, whatever the umask.
    ///
    /// What root makes in another user's directory is that user's.
    public static func create(_ path: String) throws(SystemCallFailure) {
        if let status = try? FileStatus(of: path) {
            guard status.isDirectory else {
                throw SystemCallFailure(.createDirectory, path, code: ENOTDIR)
            }
            return
        }
        let parent = parent(of: path)
        if parent != path { try create(parent) }
        guard withPlainModes({ unsafe mkdir(path, 0o700) }) == 0 else {
            if errno == EEXIST { return }
            throw SystemCallFailure(.createDirectory, path)
        }
        if let owner = FileOwner.ofNewEntry(at: path),
            let made = try? File(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, mode: 0, doing: .open)
        {
            owner.take(made.descriptor)
        }
    }

    /// Returns once names created, replaced or removed in the directory are on the disk.
    ///
    /// Where the file system cannot do that for directories (FUSE, NFS, SMB), nothing more can be done.
    public static func synchronise(_ path: String) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            let directory = try File(path, O_RDONLY | O_DIRECTORY, mode: 0, doing: .open)
            try directory.synchronise()
        } catch {
            guard [EINVAL, ENOSYS, EOPNOTSUPP].contains(error.code) else { throw error }
        }
    }

    /// The directory that holds `path`: what stands before the last slash, "." without one.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component of `path`.
    public static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// The path without symbolic links (`realpath`); the file must exist.
    public static func resolve(_ path: String) throws(SystemCallFailure) -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw SystemCallFailure(.open, path)
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The permission bits of what lies at `path`, such as 0o700, or nil where nothing does.
    public static func permissions(of path: String) -> UInt32? {
        try? FileStatus(of: path).permissions
    }

    /// Whether this user may search the directory and, if asked for, create files in it (`access`).
    public static func isAccessible(_ path: String, forWriting: Bool) -> Bool {
        unsafe access(path, X_OK | (forWriting ? W_OK : 0)) == 0
    }

    /// Removes the file at `path`, if there is one and that is allowed.
    public static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// Removes the directory at `path`, if there is one, it is empty and that is allowed.
    public static func removeEmpty(_ path: String) {
        _ = unsafe rmdir(path)
    }

    /// Whether something lies at `path`, be it a symbolic link to nowhere.
    public static func holdsAnything(at path: String) -> Bool {
        presence(at: path) == true
    }

    /// As `holdsAnything`, or nil where the system does not tell, as in a directory that may not be
    /// searched.
    public static func presence(at path: String) -> Bool? {
        do throws(SystemCallFailure) {
            _ = try FileStatus(ofEntry: path)
            return true
        } catch {
            return error.isMissing ? false : nil
        }
    }
}
