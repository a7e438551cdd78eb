internal import CSodium

/// The library as a whole.
public enum Libsodium {
    private static let started: Bool = sodium_init() >= 0

    /// Calls `sodium_init`, and traps if that fails: without a source of randomness nothing is
    /// safe.
    static func start() {
        precondition(started, "libsodium could not be initialized")
    }

    /// The number of bytes of secrets in this process that could not be locked into memory
    /// (`sodium_mlock`).
    public static var unlockedBytes: Int { SecretArena.unlockedBytes }
}

/// Returns `count` bytes from the kernel's random number generator (`randombytes_buf`).
public func randomBytes(_ count: Int) -> [UInt8] {
    Libsodium.start()
    var bytes = [UInt8](repeating: 0, count: count)
    unsafe randombytes_buf(&bytes, count)
    return bytes
}

/// Returns whether two byte strings are equal, in a time that depends only on their length
/// (`sodium_memcmp`).
public func constantTimeEqual(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
    guard one.count == other.count else { return false }
    return unsafe one.withUnsafeBufferPointer { one in
        unsafe other.withUnsafeBufferPointer { other in
            unsafe sodium_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
        }
    }
}
