internal import CPlatform
internal import Glibc
public import Sodium

/// An open file, closed at the end of its lifetime.
@safe public struct File: ~Copyable, Sendable {
    let descriptor: CInt
    /// The path at which it was opened, for messages.
    public let path: String

    init(descriptor: CInt, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens an existing file for reading.
    public init(reading path: String) throws(SystemCallFailure) {
        // Open without blocking, because a pipe without a writer in the file's place must not hang
        // the program. Read with blocking, because a pipe's writer may take its time.
        try self.init(path, O_RDONLY | O_NONBLOCK, mode: 0, doing: .open)
        _ = fcntl(descriptor, F_SETFL, 0)
    }

    /// Creates a file with mode 0600, regardless of the umask; it must not exist.
    ///
    /// If root creates it in another user's directory, it belongs to that user.
    public init(creating path: String) throws(SystemCallFailure) {
        try self.init(creating: path, O_WRONLY, nextTo: nil, doing: .create)
    }

    /// Creates a file like `init(creating:)`, with the owner of `sibling`.
    init(
        creating path: String, _ access: CInt, nextTo sibling: String?,
        doing operation: SystemCallFailure.Operation
    ) throws(SystemCallFailure) {
        let flags = access | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let opened = withRestrictiveUmask { unsafe tokenvault_open(path, flags, 0o600) }
        guard opened >= 0 else { throw SystemCallFailure(operation, path) }
        descriptor = opened
        self.path = path
        FileOwner.ofNewEntry(at: path, nextTo: sibling)?.apply(to: descriptor)
    }

    init(
        _ path: String, _ flags: CInt, mode: mode_t, doing operation: SystemCallFailure.Operation
    ) throws(SystemCallFailure) {
        let opened = unsafe tokenvault_open(path, flags | O_CLOEXEC, mode)
        guard opened >= 0 else { throw SystemCallFailure(operation, path) }
        descriptor = opened
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// Returns the status of the file.
    public func status() throws(SystemCallFailure) -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SystemCallFailure(.examine, path)
        }
        return FileStatus(status)
    }

    /// Returns `count` bytes from `offset`, or fewer if the file ends before that.
    public func read(count: Int, at offset: Int) throws(SystemCallFailure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let done = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
                    off_t(offset + filled))
            }
            if done < 0 {
                if errno == EINTR { continue }
                throw SystemCallFailure(.read, path)
            }
            if done == 0 { break }
            filled += done
        }
        if filled < count { bytes.removeLast(count - filled) }
        return bytes
    }

    /// Returns everything up to the end of the file, or `nil` if that is more than `limit` bytes.
    public func readSecret(limit: Int) throws(SystemCallFailure) -> Secret? {
        try Platform.readSecret(from: descriptor, path: path, limit: limit)
    }

    /// Returns everything up to the end of a file that is not secret, or `nil` if that is more than
    /// `limit` bytes.
    public func readAll(limit: Int) throws(SystemCallFailure) -> [UInt8]? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let done = unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
            if done < 0 {
                if errno == EINTR { continue }
                throw SystemCallFailure(.read, path)
            }
            if done == 0 { return all }
            all += buffer[..<done]
            if all.count > limit { return nil }
        }
    }

    /// Writes all `bytes` at the current position.
    public func write(_ bytes: Span<UInt8>) throws(SystemCallFailure) {
        try writeAll(bytes, to: descriptor, path: path)
    }

    /// Asks the kernel to start writing these bytes to disk (`sync_file_range`).
    ///
    /// This guarantees nothing: if it fails, `synchronize` does all of the work.
    func beginSynchronizing(from start: Int, to end: Int) {
        _ = tokenvault_begin_writeback(descriptor, start, end - start)
    }

    /// Waits until the file's content is on disk (`fsync`).
    public func synchronize() throws(SystemCallFailure) {
        guard fsync(descriptor) == 0 else { throw SystemCallFailure(.sync, path) }
    }
}

func writeAll(
    _ bytes: Span<UInt8>, to descriptor: CInt, path: String
) throws(SystemCallFailure) {
    var written = 0
    while written < bytes.count {
        let done = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe Glibc.write(
                descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
        }
        if done < 0 {
            if errno == EINTR { continue }
            throw SystemCallFailure(.write, path)
        }
        written += done
    }
}

/// Reads like `File.readSecret`; `isMore` waits for input, and returns `false` to end the reading.
func readSecret(
    from descriptor: CInt, path: String, limit: Int, while isMore: (CInt) -> Bool = { _ in true }
) throws(SystemCallFailure) -> Secret? {
    var all = Secret(minimumCapacity: min(limit + 1, 4096))
    var buffer = Secret(count: 4096) { _ in }
    while isMore(descriptor) {
        let done = buffer.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBufferPointer { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            }
        }
        if done < 0 {
            if errno == EINTR { continue }
            throw SystemCallFailure(.read, path)
        }
        if done == 0 { return all }
        buffer.withBytes { all.append($0.extracting(first: done)) }
        if all.count > limit { return nil }
    }
    return all
}
