internal import CPlatform
internal import Glibc

/// The status of a file, as the kernel reports it.
public struct FileStatus: Equatable, Sendable {
    /// The size in bytes.
    public let size: Int
    /// The permission bits, such as 0o600.
    public let permissions: UInt32
    /// The user ID of the owner.
    public let owner: UInt32
    /// The ID of the group.
    public let group: UInt32
    /// Whether this is a regular file, and not a directory, pipe or device.
    public let isRegular: Bool
    private let device: UInt
    private let inode: UInt
    /// Whether this is a directory.
    public let isDirectory: Bool
    /// Whether this is a symbolic link, which only `init(ofEntry:)` does not follow.
    public let isSymbolicLink: Bool
    let isSocket: Bool
    let isCharacterDevice: Bool

    init(_ status: stat) {
        size = Int(status.st_size)
        permissions = UInt32(status.st_mode & 0o7777)
        owner = status.st_uid
        group = status.st_gid
        isRegular = status.st_mode & S_IFMT == S_IFREG
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        isSymbolicLink = status.st_mode & S_IFMT == S_IFLNK
        isSocket = status.st_mode & S_IFMT == S_IFSOCK
        isCharacterDevice = status.st_mode & S_IFMT == S_IFCHR
    }

    /// Reads the status of what is at `path`, following symbolic links.
    public init(of path: String) throws(SystemCallFailure) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemCallFailure(.examine, path) }
        self.init(status)
    }

    /// Reads the status of an open descriptor.
    init(ofDescriptor descriptor: CInt) throws(SystemCallFailure) {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SystemCallFailure(.examine, "descriptor \(descriptor)")
        }
        self.init(status)
    }

    /// Reads the status of what is at `path` itself, even if that is a broken symbolic link.
    public init(ofEntry path: String) throws(SystemCallFailure) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw SystemCallFailure(.examine, path) }
        self.init(status)
    }

    /// Returns whether both are of the same file, pipe or device, whatever its names.
    public func isOfSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Whether the file's group or everyone may read or write it.
    public var isOpenToOthers: Bool { permissions & 0o066 != 0 }
}

extension Directory {
    /// Returns the owner of what is at `path` or, if nothing is, of the nearest directory above it.
    public static func ownerOfNearest(_ path: String) -> UInt32? {
        if let status = try? FileStatus(of: path) { return status.owner }
        let parent = parent(of: path)
        return parent == path ? nil : ownerOfNearest(parent)
    }

    /// Returns whether what is at `path` is in a file system that is mounted read-only.
    public static func isReadOnly(_ path: String) -> Bool {
        unsafe tokenvault_is_on_read_only_mount(path) == 1
    }
}

/// The user that this process runs as.
public enum ProcessOwner {
    /// The effective user ID.
    public static var id: UInt32 { geteuid() }

    /// Whether the process may do anything to any user's files.
    public static var isRoot: Bool { id == 0 }
}
