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

    /// Returns whether these bytes sort before `other` (`memcmp`).
    ///
    /// Not for secrets: the time it takes depends on how many bytes are equal.
    public func precedes(_ other: Span<UInt8>) -> Bool {
        let common = Swift.min(count, other.count)
        let order = unsafe withUnsafeBufferPointer { one in
            unsafe other.withUnsafeBufferPointer { other in
                guard let one = one.baseAddress, let other = other.baseAddress else {
                    return CInt(0)
                }
                return unsafe memcmp(one, other, common)
            }
        }
        return order == 0 ? count < other.count : order < 0
    }

    /// Returns whether `other` contains the same bytes.
    ///
    /// Not for secrets: the time it takes depends on how many bytes are equal.
    public func elementsEqual(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        return unsafe withUnsafeBufferPointer { one in
            unsafe other.withUnsafeBufferPointer { other in
                guard let one = one.baseAddress, let other = other.baseAddress else { return true }
                return unsafe memcmp(one, other, count) == 0
            }
        }
    }

    /// Returns whether the bytes from `start` on begin with `literal`.
    public func contains(_ literal: StaticString, at start: Int) -> Bool {
        guard start >= 0, count - start >= literal.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            guard let bytes = bytes.baseAddress else { return literal.utf8CodeUnitCount == 0 }
            return unsafe memcmp(bytes + start, literal.utf8Start, literal.utf8CodeUnitCount) == 0
        }
    }

    /// Returns whether all bytes are in `range`.
    ///
    /// Does not stop at the first one that is not, so that it takes many bytes at a time.
    public func isWithin(_ range: ClosedRange<UInt8>) -> Bool {
        var (least, greatest) = (UInt8.max, UInt8.min)
        for index in indices {
            (least, greatest) = (Swift.min(least, self[index]), Swift.max(greatest, self[index]))
        }
        return isEmpty || range.lowerBound <= least && greatest <= range.upperBound
    }
}

extension Array where Element == UInt8 {
    /// Creates a copy of `bytes` in ordinary memory, for what is not secret.
    public init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// Appends a copy of `bytes`.
    public mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    /// Appends the UTF-8 of `literal`, which needs no reference counting.
    public mutating func append(literal: StaticString) {
        literal.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}
