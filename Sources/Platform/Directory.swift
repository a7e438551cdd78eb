internal import Glibc

/// Operations on directories and paths.
public enum Directory {
    /// Creates the directory and any missing ones above it with mode 0700, regardless of the umask.
    ///
    /// If root creates them in another user's directory, they belong to that user.
    public static func create(_ path: String) throws(SystemCallFailure) {
        if let status = try? FileStatus(of: path) {
            guard status.isDirectory else {
                throw SystemCallFailure(.createDirectory, path, code: ENOTDIR)
            }
            return
        }
        let parent = parent(of: path)
        if parent != path { try create(parent) }
        guard withRestrictiveUmask({ unsafe mkdir(path, 0o700) }) == 0 else {
            if errno == EEXIST { return }
            throw SystemCallFailure(.createDirectory, path)
        }
        if let owner = FileOwner.ofNewEntry(at: path),
            let made = try? File(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, mode: 0, doing: .open)
        {
            owner.apply(to: made.descriptor)
        }
    }

    /// Waits until names created, replaced or removed in the directory are on disk.
    ///
    /// If the file system cannot sync directories (FUSE, NFS, SMB), nothing more can be done.
    public static func synchronize(_ path: String) throws(SystemCallFailure) {
        do throws(SystemCallFailure) {
            let directory = try File(path, O_RDONLY | O_DIRECTORY, mode: 0, doing: .open)
            try directory.synchronize()
        } catch {
            guard [EINVAL, ENOSYS, EOPNOTSUPP].contains(error.code) else { throw error }
        }
    }

    /// Returns the directory that contains `path`: the part before the last slash, or "." if there
    /// is no slash.
    public static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Returns the last component of `path`.
    public static func name(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return path }
        return String(path[path.index(after: slash)...])
    }

    /// Returns the path without symbolic links (`realpath`); the file must exist.
    public static func resolve(_ path: String) throws(SystemCallFailure) -> String {
        guard let resolved = unsafe realpath(path, nil) else {
            throw SystemCallFailure(.open, path)
        }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Returns the permission bits of what is at `path`, such as 0o700, or `nil` if nothing is.
    public static func permissions(of path: String) -> UInt32? {
        try? FileStatus(of: path).permissions
    }

    /// Returns whether this user may search the directory and, if `forWriting`, create files in it
    /// (`access`).
    public static func isAccessible(_ path: String, forWriting: Bool) -> Bool {
        unsafe access(path, X_OK | (forWriting ? W_OK : 0)) == 0
    }

    /// Removes the file at `path`, if it exists and may be removed.
    public static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    /// Removes the file at `path`, if it exists.
    public static func delete(_ path: String) throws(SystemCallFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else {
            throw SystemCallFailure(.remove, path)
        }
    }

    /// Gives the file at `path` a second name, at which nothing exists.
    public static func link(_ path: String, as name: String) throws(SystemCallFailure) {
        guard unsafe Glibc.link(path, name) == 0 else { throw SystemCallFailure(.create, name) }
    }

    /// Moves the file at `path` to `name`, replacing what is there.
    public static func rename(_ path: String, to name: String) throws(SystemCallFailure) {
        guard unsafe Glibc.rename(path, name) == 0 else { throw SystemCallFailure(.replace, name) }
    }

    /// Removes the directory at `path`, if it exists, is empty and may be removed.
    public static func removeEmpty(_ path: String) {
        _ = unsafe rmdir(path)
    }

    /// Returns whether something exists at `path`, even if it is a broken symbolic link.
    public static func holdsAnything(at path: String) -> Bool {
        presence(at: path) == true
    }

    /// Returns the same as `holdsAnything`, or `nil` if the system does not say, as in a directory
    /// that may not be searched.
    public static func presence(at path: String) -> Bool? {
        do throws(SystemCallFailure) {
            _ = try FileStatus(ofEntry: path)
            return true
        } catch {
            return error.isMissing ? false : nil
        }
    }
}
