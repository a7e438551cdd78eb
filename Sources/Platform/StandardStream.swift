internal import CPlatform
internal import Glibc
public import Sodium

/// One of the three standard descriptors, or another one that the caller passed by number.
public struct StandardStream: Equatable, Sendable {
    let descriptor: CInt

    /// Creates a stream for a descriptor that the caller of the program opened, as in `3<file`.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Standard input, descriptor 0.
    public static let input = StandardStream(descriptor: 0)
    /// Standard output, descriptor 1.
    public static let output = StandardStream(descriptor: 1)
    /// Standard error, descriptor 2.
    public static let error = StandardStream(descriptor: 2)

    /// Whether the stream is a terminal.
    public var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The terminal's width in columns, or `nil` if this is not a terminal or does not report a
    /// width.
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

    /// Waits until everything written is on disk, if this is a file.
    public func synchronize() throws(SystemCallFailure) {
        // A pipe or a terminal cannot sync, and nothing has been written to a read-only file
        // system.
        guard fsync(descriptor) == 0 || [EINVAL, EROFS, ENOTSUP, ENOSYS].contains(errno) else {
            throw SystemCallFailure(.sync, name)
        }
    }

    /// Returns everything up to the end, or `nil` if that is more than `limit` bytes.
    ///
    /// A program that replaces this one cannot read it again.
    public func takeSecret(limit: Int) throws(SystemCallFailure) -> Secret? {
        defer {
            if let status = try? FileStatus(ofDescriptor: descriptor) {
                Self.withholdAll(of: status)
            }
            withholdFromSuccessor()
        }
        return try readSecret(limit: limit)
    }

    /// Withholds the descriptor from a program that replaces this one, because a file can be read
    /// twice.
    private func withholdFromSuccessor() {
        guard descriptor <= 2 else {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return
        }
        // If one of the first three were closed, the first file that the program opens would take
        // its number. A terminal does not deliver the same input twice.
        guard !isTerminal else { return }
        let nothing = Self.openNothing()
        guard nothing >= 0 else { return }
        dup2(nothing, descriptor)
        close(nothing)
    }

    /// Withholds from a program that replaces this one every descriptor with which it could read
    /// the file or pipe of `status` again, no matter by which number or path the caller named it.
    ///
    /// Devices and the other ends of sockets are not files that were read, so they stay.
    public static func withholdAll(of status: FileStatus) {
        guard !status.isCharacterDevice, !status.isSocket else { return }
        for descriptor in openDescriptors {
            // Standard output and error are for writing, unless the caller opened a regular file
            // there.
            guard let other = try? FileStatus(ofDescriptor: descriptor),
                other.isOfSameFile(as: status),
                descriptor == 0 || descriptor > 2 || status.isRegular,
                fcntl(descriptor, F_GETFL) & O_ACCMODE != O_WRONLY
            else { continue }
            StandardStream(descriptor: descriptor).withholdFromSuccessor()
        }
    }

    /// The descriptors that a program replacing this one would inherit.
    private static var openDescriptors: [CInt] {
        var numbers: [CInt] = []
        if let directory = unsafe opendir("/proc/self/fd") {
            defer { unsafe closedir(directory) }
            while let entry = unsafe readdir(directory) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                    unsafe String(
                        cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
                }
                if let number = CInt(name) { numbers.append(number) }
            }
        } else {
            numbers = Array(0..<1024)
        }
        return numbers.filter { number in
            let flags = fcntl(number, F_GETFD)
            return flags >= 0 && flags & FD_CLOEXEC == 0
        }
    }

    /// Opens a descriptor that reads as empty and cannot be written to.
    ///
    /// A write to a closed stream must not seem to succeed.
    static func openNothing() -> CInt {
        unsafe tokenvault_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
    }

    /// Returns everything up to the end, or `nil` if that is more than `limit` bytes.
    ///
    /// With a deadline, returns only what arrived before it.
    public func readSecret(
        limit: Int, until deadline: Deadline? = nil
    ) throws(SystemCallFailure) -> Secret? {
        try Platform.readSecret(from: descriptor, path: name, limit: limit) {
            deadline?.waitUntilReadable($0) ?? true
        }
    }

    /// Passes everything up to the end to `body` in parts, and returns whether that was at most
    /// `limit` bytes.
    ///
    /// For what is not secret and need not be in memory as a whole. Reading ends at the limit.
    public func read(
        limit: Int, _ body: (Span<UInt8>) -> Void
    ) throws(SystemCallFailure) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var total = 0
        while true {
            let done = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if done < 0 {
                if errno == EINTR { continue }
                throw SystemCallFailure(.read, name)
            }
            if done == 0 { return true }
            total += done
            guard total <= limit else { return false }
            body(buffer.span.extracting(first: done))
        }
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
    /// Whether the reader of a pipe went away (EPIPE).
    public var isBrokenPipe: Bool { code == EPIPE }
}
