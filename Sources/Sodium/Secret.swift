internal import CSodium

/// Bytes that must not leak: they lie in guarded, locked memory, cannot be copied, printed or
/// compared by accident, and are wiped when their owner lets go of them.
@safe public struct Secret: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// How many bytes it holds.
    public private(set) var count: Int

    /// An empty secret with room for `minimumCapacity` bytes.
    public init(minimumCapacity: Int) {
        capacity = SecretArena.capacity(for: max(minimumCapacity, 1))
        unsafe start = SecretArena.take(capacity: capacity)
        count = 0
    }

    /// A copy of `bytes` in guarded memory; the original is the caller's to wipe.
    public init(copying bytes: Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(bytes)
    }

    /// `count` zero bytes for `fill` to write.
    public init<Failure: Error>(
        count: Int, fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(minimumCapacity: count)
        self.count = count
        try withMutableBytes(fill)
    }

    /// `count` bytes from the kernel's random source (`randombytes_buf`).
    public static func random(count: Int) -> Secret {
        var secret = Secret(minimumCapacity: count)
        unsafe randombytes_buf(secret.start, count)
        secret.count = count
        return secret
    }

    deinit {
        unsafe SecretArena.giveBack(start, capacity: capacity)
    }

    /// Lends the bytes; they cannot be kept beyond `body`.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe Span(_unsafeStart: start, count: count))
    }

    /// Lends the bytes for writing.
    public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var bytes = unsafe MutableSpan(_unsafeStart: start, count: count)
        return try body(&bytes)
    }

    /// Adds one byte at the end, moving to a larger place when it is full.
    public mutating func append(_ byte: UInt8) {
        grow(toHold: count + 1)
        unsafe start[count] = byte
        count += 1
    }

    /// Adds `bytes` at the end.
    public mutating func append(_ bytes: Span<UInt8>) {
        grow(toHold: count + bytes.count)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (start + count).update(from: source, count: bytes.count)
        }
        count += bytes.count
    }

    /// Wipes and drops what lies behind the first `newCount` bytes.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        unsafe sodium_memzero(start + newCount, count - newCount)
        count = newCount
    }

    /// Another secret with the same bytes, for an owner that outlives this one.
    public borrowing func duplicate() -> Secret {
        withBytes { Secret(copying: $0) }
    }

    /// Whether both hold the same bytes (`sodium_memcmp`).
    public borrowing func isEqual(to other: borrowing Secret) -> Bool {
        guard count == other.count else { return false }
        return unsafe sodium_memcmp(start, other.start, count) == 0
    }

    private mutating func grow(toHold needed: Int) {
        guard needed > capacity else { return }
        var larger = Secret(minimumCapacity: max(needed, 2 * capacity))
        unsafe larger.start.update(from: start, count: count)
        larger.count = count
        self = larger
    }

    /// The address for a libsodium call that ends before the secret does.
    borrowing func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(start)
    }

    /// The address for a libsodium call that writes the secret.
    mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<UInt8>) -> Result
    ) -> Result {
        unsafe body(start)
    }

    /// `count` bytes that a libsodium call is about to write.
    static func uninitialised(count: Int) -> Secret {
        var secret = Secret(minimumCapacity: count)
        secret.count = count
        return secret
    }
}

/// A secret with several owners, for collections and requests; wiped with the last of them.
public final class SharedSecret: Sendable {
    private let secret: Secret

    /// Takes the secret over.
    public init(_ secret: consuming Secret) {
        self.secret = secret
    }

    /// How many bytes it holds.
    public var count: Int { secret.count }

    /// Lends the secret.
    public func withSecret<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Secret) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(secret)
    }

    /// Lends the bytes.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try secret.withBytes(body)
    }

    /// A copy of its own for one owner.
    public func duplicate() -> Secret {
        secret.duplicate()
    }
}
