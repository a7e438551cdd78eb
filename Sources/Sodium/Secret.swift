internal import CSodium

/// Bytes that must not leak.
///
/// They are in guarded, locked memory, cannot be copied, printed or compared by accident, and are
/// wiped at the end of their lifetime.
@safe public struct Secret: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// The number of bytes.
    public private(set) var count: Int

    /// Creates an empty secret with room for `minimumCapacity` bytes.
    public init(minimumCapacity: Int) {
        capacity = SecretArena.capacity(for: max(minimumCapacity, 1))
        unsafe start = SecretArena.allocate(capacity: capacity)
        count = 0
    }

    /// Creates a copy of `bytes` in guarded memory; the caller must wipe the original.
    public init(copying bytes: Span<UInt8>) {
        self.init(minimumCapacity: bytes.count)
        append(bytes)
    }

    /// Creates a secret of `count` zero bytes for `fill` to write.
    public init<Failure: Error>(
        count: Int, fill: (inout MutableSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        self.init(minimumCapacity: count)
        self.count = count
        try withMutableBytes(fill)
    }

    /// Returns `count` bytes from the kernel's random number generator (`randombytes_buf`).
    public static func random(count: Int) -> Secret {
        var secret = Secret(minimumCapacity: count)
        unsafe randombytes_buf(secret.start, count)
        secret.count = count
        return secret
    }

    deinit {
        unsafe SecretArena.deallocate(start, capacity: capacity)
    }

    /// Lends the bytes to `body`, which cannot keep them.
    public borrowing func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(unsafe Span(_unsafeStart: start, count: count))
    }

    /// Lends the bytes to `body` for writing.
    public mutating func withMutableBytes<Result: ~Copyable, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var bytes = unsafe MutableSpan(_unsafeStart: start, count: count)
        return try body(&bytes)
    }

    /// Appends one byte, moving to a larger allocation if necessary.
    public mutating func append(_ byte: UInt8) {
        grow(toHold: count + 1)
        unsafe start[count] = byte
        count += 1
    }

    /// Appends `bytes`.
    public mutating func append(_ bytes: Span<UInt8>) {
        grow(toHold: count + bytes.count)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (start + count).update(from: source, count: bytes.count)
        }
        count += bytes.count
    }

    /// Wipes and drops everything after the first `newCount` bytes.
    public mutating func truncate(to newCount: Int) {
        precondition(newCount >= 0 && newCount <= count)
        unsafe sodium_memzero(start + newCount, count - newCount)
        count = newCount
    }

    /// Returns another secret with the same bytes, for an owner that outlives this one.
    public borrowing func duplicate() -> Secret {
        withBytes { Secret(copying: $0) }
    }

    /// Returns whether both contain the same bytes (`sodium_memcmp`).
    public borrowing func isEqual(to other: borrowing Secret) -> Bool {
        guard count == other.count else { return false }
        return unsafe sodium_memcmp(start, other.start, count) == 0
    }

    /// Returns the secret without a single line break at its end, `\n` or `\r\n`.
    public consuming func withoutLineBreak() -> Secret {
        var text = self
        let kept = text.withBytes { bytes in
            guard let last = bytes.indices.last, bytes[last] == UInt8(ascii: "\n") else {
                return bytes.count
            }
            let isPair = last > 0 && bytes[last - 1] == UInt8(ascii: "\r")
            return isPair ? last - 1 : last
        }
        text.truncate(to: kept)
        return text
    }

    private mutating func grow(toHold needed: Int) {
        guard needed > capacity else { return }
        var larger = Secret(minimumCapacity: max(needed, 2 * capacity))
        unsafe larger.start.update(from: start, count: count)
        larger.count = count
        self = larger
    }

    /// Passes the address to a libsodium call that ends before the secret does.
    borrowing func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        unsafe body(start)
    }

    /// Passes the address to a libsodium call that writes the secret.
    mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<UInt8>) -> Result
    ) -> Result {
        unsafe body(start)
    }

    /// Returns `count` bytes that a libsodium call is about to write.
    static func uninitialized(count: Int) -> Secret {
        var secret = Secret(minimumCapacity: count)
        secret.count = count
        return secret
    }
}

/// A secret with several owners, for collections and requests, which is wiped after the last one.
public final class SharedSecret: Sendable {
    private let secret: Secret

    /// Takes ownership of a secret.
    public init(_ secret: consuming Secret) {
        self.secret = secret
    }

    /// The number of bytes.
    public var count: Int { secret.count }

    /// Lends the secret to `body`.
    public func withSecret<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing Secret) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(secret)
    }

    /// Lends the bytes to `body`.
    public func withBytes<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try secret.withBytes(body)
    }

    /// Returns a copy for a single owner.
    public func duplicate() -> Secret {
        secret.duplicate()
    }
}
