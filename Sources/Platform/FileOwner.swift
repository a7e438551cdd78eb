internal import Glibc

/// The owner of a file.
struct FileOwner: Equatable {
    let user: uid_t
    let group: gid_t

    private init(_ status: FileStatus) {
        user = status.owner
        group = status.group
    }

    /// Returns the owner of what is at `path` itself, or `nil` if nothing is.
    static func ofEntry(at path: String) -> FileOwner? {
        (try? FileStatus(ofEntry: path)).map { FileOwner($0) }
    }

    /// Returns the owner that a new entry at `path` should have, or `nil` for the user of this
    /// process.
    ///
    /// Root also works in other users' directories, as under sudo, and what it creates there must
    /// not lock them out. So the entry gets the owner of `sibling`, if that exists, or of the
    /// directory. In a directory below HOME that belongs to root, as another command under sudo
    /// leaves it, the entry gets the owner of HOME.
    static func ofNewEntry(at path: String, nextTo sibling: String? = nil) -> FileOwner? {
        guard ProcessOwner.isRoot else { return nil }
        if let owner = sibling.flatMap({ ofEntry(at: $0) }) { return owner.user == 0 ? nil : owner }
        return [Directory.parent(of: path), home(above: path)].lazy.compactMap { directory in
            directory.flatMap { try? FileStatus(of: $0) }
        }.first { $0.owner != 0 }.map { FileOwner($0) }
    }

    private static func home(above path: String) -> String? {
        guard let home = Environment.variable("HOME"), home.hasPrefix("/"),
            let resolvedHome = try? Directory.resolve(home),
            let directory = try? Directory.resolve(Directory.parent(of: path)),
            directory == resolvedHome || directory.hasPrefix("\(resolvedHome)/")
        else { return nil }
        return resolvedHome
    }

    /// Gives the open file to this owner, and returns `false` if that is not allowed.
    @discardableResult
    func apply(to descriptor: CInt) -> Bool {
        fchown(descriptor, user, group) == 0
    }
}

/// Runs a call that creates something with mode 0600 or 0700, so that it gets exactly that mode.
///
/// The user's umask may remove permissions of others, but not those of the owner.
func withRestrictiveUmask<Result>(_ call: () -> Result) -> Result {
    let before = umask(0o077)
    defer { umask(before) }
    return call()
}
