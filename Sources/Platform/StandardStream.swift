internal import CPlatform
internal import Glibc
public import Sodium

/// One of the three descriptors a process is born with, or one that it was handed by number.
public struct StandardStream: Equatable, Sendable {
    let descriptor: CInt

    /// A descriptor that the caller of the program opened, as in `3<file`.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Descriptor 0.
    public static let input = StandardStream(descriptor: 0)
    /// Descriptor 1.
    public static let output = StandardStream(descriptor: 1)
    /// Descriptor 2.
    public static let error = StandardStream(descriptor: 2)

    /// Whether a person sits at the other end.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in columns, or nil where it is none or does not say.
    public var columns: Int? {
        var size = winsize()
        guard unsafe tokenvault_window_size(descriptor, &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes all `bytes`.
    public func write(_ bytes: Span<UInt8>) throws(SystemCallFailure) {
        try writeAll(bytes, to: descriptor, path: name)
    }

    /// Everything up to the end, or nil when it is more than `limit` bytes.
    ///
    /// With a deadline, no more than what came before it.
    public func readSecret(
        limit: Int, until deadline: Deadline? = nil
    ) throws(SystemCallFailure) -> Secret? {
        try Platform.readSecret(from: descriptor, path: name, limit: limit, until: deadline)
    }

    private var name: String {
        switch descriptor {
        case 0: "standard input"
        case 1: "standard output"
        case 2: "standard error"
        default: "descriptor \(descriptor)"
        }
    }
}

extension SystemCallFailure {
    /// The reader of a pipe went away (EPIPE).
    public var isBrokenPipe: Bool { code == EPIPE }
}
