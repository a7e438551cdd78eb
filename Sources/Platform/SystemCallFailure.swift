internal import Glibc

/// A system call that failed.
public struct SystemCallFailure: Error, Equatable, Sendable {
    /// What was being done, as in "cannot <operation> <path>".
    public let operation: Operation
    /// The file it was done to.
    public let path: String
    /// `errno`.
    public let code: Int32

    /// The operations that can fail.
    public enum Operation: String, CaseIterable, Sendable {
        case open
        case create
        case read
        case write
        case sync
        case replace
        case lock
        case remove
        case examine
        case changeOwner = "change the owner of"
        case createDirectory = "create the directory"
    }

    /// A failure with the `errno` of a moment ago.
    init(_ operation: Operation, _ path: String) {
        self.init(operation, path, code: errno)
    }

    /// A failure with that `errno`.
    public init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The C library's words for `code`.
    public var reason: String {
        unsafe String(cString: strerror(code))
    }

    /// There is no such file or directory (ENOENT, ENOTDIR).
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// Another user owns what is to be locked or replaced (EACCES, EPERM).
    public var isLockedOut: Bool {
        (operation == .lock || operation == .changeOwner) && (code == EACCES || code == EPERM)
    }

    /// There is such a file already (EEXIST).
    public var isExisting: Bool { code == EEXIST }
}
