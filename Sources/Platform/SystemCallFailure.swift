internal import Glibc

/// A system call that failed.
public struct SystemCallFailure: Error, Equatable, Sendable {
    /// The operation that failed, as in "cannot <operation> <path>".
    public let operation: Operation
    /// The file that the operation was applied to.
    public let path: String
    /// The value of `errno`.
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

    /// Creates a failure with the current `errno`.
    init(_ operation: Operation, _ path: String) {
        self.init(operation, path, code: errno)
    }

    /// Creates a failure with this `errno`.
    public init(_ operation: Operation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// The C library's description of `code`.
    public var reason: String {
        unsafe String(cString: strerror(code))
    }

    /// Whether there is no such file or directory (ENOENT, ENOTDIR).
    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    /// Whether another user owns the file to be locked or replaced (EACCES, EPERM).
    public var isLockedOut: Bool {
        (operation == .lock || operation == .changeOwner) && (code == EACCES || code == EPERM)
    }

    /// Whether there is already such a file (EEXIST).
    public var isExisting: Bool { code == EEXIST }
}
