internal import Glibc

extension Span where Element == UInt8 {
    /// Returns the index of the first `byte` at or after `start`, or `nil` if there is none
    /// (`memchr`).
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        precondition(start >= 0 && start <= count)
        return unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            guard let found = unsafe memchr(base + start, CInt(byte), buffer.count - start) else {
                return nil
            }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// Returns whether `other` contains the same bytes.
    ///
    /// Not for secrets: the time it takes depends on how many bytes are equal.
    public func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}

extension Array where Element == UInt8 {
    /// Creates a copy of `bytes` in ordinary memory, for what is not secret.
    public init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}
