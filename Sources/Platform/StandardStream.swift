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

    /// Returns once what was written is on the disk, if it goes there.
    public func synchronise() throws(SystemCallFailure) {
        // A pipe or a terminal refuses, a read-only file system has had nothing written to it.
        guard fsync(descriptor) == 0 || [EINVAL, EROFS, ENOTSUP, ENOSYS].contains(errno) else {
            throw SystemCallFailure(.sync, name)
        }
    }

    /// Everything up to the end, or nil when it is more than `limit` bytes; a program that takes this
    /// one's place does not get at it again.
    public func takeSecret(limit: Int) throws(SystemCallFailure) -> Secret? {
        defer {
            if let status = try? FileStatus(ofDescriptor: descriptor) {
                Self.withholdAll(of: status)
            }
            withholdFromSuccessor()
        }
        return try readSecret(limit: limit)
    }

    /// Keeps the descriptor from a program that takes this one's place: a file can be read twice.
    private func withholdFromSuccessor() {
        guard descriptor <= 2 else {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            return
        }
        // Without one of the first three, a program's first file would take its place. A terminal
        // gives nothing twice.
        guard !isTerminal else { return }
        let nothing = Self.openNothing()
        guard nothing >= 0 else { return }
        dup2(nothing, descriptor)
        close(nothing)
    }

    /// Keeps from a program that takes this one's place every descriptor by which it could read the file or
    /// pipe of `status` again, whichever number or path the caller named it by.
    ///
    /// Devices, and the other ends of sockets, are not files that were read: they stay.
    public static func withholdAll(of status: FileStatus) {
        guard !status.isCharacterDevice, !status.isSocket else { return }
        for descriptor in openDescriptors {
            // Standard output and error are for writing, unless somebody opened a file there.
            guard let other = try? FileStatus(ofDescriptor: descriptor),
                other.isOfSameFile(as: status),
                descriptor == 0 || descriptor > 2 || status.isRegular,
                fcntl(descriptor, F_GETFL) & O_ACCMODE != O_WRONLY
            else { continue }
            StandardStream(descriptor: descriptor).withholdFromSuccessor()
        }
    }

    /// The numbers that a program that takes this one's place would find open.
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

    /// A descriptor from which there is nothing to read, and to which nothing can be written: what
    /// goes to a closed stream must not seem to have arrived.
    static func openNothing() -> CInt {
        unsafe tokenvault_open("/dev/null", O_RDONLY | O_CLOEXEC, 0)
    }

    /// Everything up to the end, or nil when it is more than `limit` bytes.
    ///
    /// With a deadline, no more than what came before it.
    public func readSecret(
        limit: Int, until deadline: Deadline? = nil
    ) throws(SystemCallFailure) -> Secret? {
        try Platform.readSecret(from: descriptor, path: name, limit: limit) {
            deadline?.allowsReading($0) ?? true
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
    /// The reader of a pipe went away (EPIPE).
    public var isBrokenPipe: Bool { code == EPIPE }
}
