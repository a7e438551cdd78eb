internal import Glibc

/// Whose a file is.
struct FileOwner: Equatable {
    let user: uid_t
    let group: gid_t

    private init(_ status: FileStatus) {
        user = status.owner
        group = status.group
    }

    /// The owner of what is at `path` itself; nil where nothing is.
    static func ofEntry(at path: String) -> FileOwner? {
        (try? FileStatus(ofEntry: path)).map { FileOwner($0) }
    }

    /// Whom a new entry at `path` is to belong to; nil for the user of this process.
    ///
    /// Root works in the directories of other users too, as under sudo: what it makes there must not
    /// lock them out. So it takes the owner of `sibling`, if that is there, or of the directory; in a
    /// directory of root's below HOME, as another command under sudo leaves it, HOME's owner.
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

    /// Gives the open file to this owner; false where that is not allowed.
    @discardableResult
    func take(_ descriptor: CInt) -> Bool {
        fchown(descriptor, user, group) == 0
    }
}

/// Runs a call that creates something with mode 0600 or 0700, so that it comes out with that: a umask may
/// take away what others could do, not what the owner can.
func withPlainModes<Result>(_ call: () -> Result) -> Result {
    let before = umask(0o077)
    defer { umask(before) }
    return call()
}
