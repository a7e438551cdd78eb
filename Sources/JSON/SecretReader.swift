public import Sodium

/// Reads a text that contains secrets byte by byte, and extracts parts of it.
///
/// No part becomes a `String` unless it is requested with `word(from:)`.
public struct SecretReader: JSONCharacters {
    private let text: SharedSecret
    /// The number of bytes consumed so far.
    public private(set) var offset = 0

    /// Starts reading `text` at its beginning.
    public init(_ text: SharedSecret) {
        self.text = text
    }

    /// The next byte, or `nil` at the end.
    public var peek: UInt8? { byte(at: offset) }

    /// Returns how many lines have ended since `offset`.
    public func newlines(since offset: Int) -> Int {
        text.withBytes { bytes in
            (offset..<self.offset).count { bytes[$0] == UInt8(ascii: "\n") }
        }
    }

    /// Returns the byte at `offset`, or `nil` after the end.
    public func byte(at offset: Int) -> UInt8? {
        text.withBytes { offset < $0.count ? $0[offset] : nil }
    }

    /// Consumes and returns the next byte.
    public mutating func next() -> UInt8? {
        defer { if offset < text.count { offset += 1 } }
        return peek
    }

    /// Consumes `character` if it comes next, and returns whether it did.
    public mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    /// Consumes bytes as long as they satisfy `predicate`.
    public mutating func skip(while predicate: (UInt8) -> Bool) {
        offset = text.withBytes { bytes in
            var end = offset
            while end < bytes.count, predicate(bytes[end]) { end += 1 }
            return end
        }
    }

    /// Continues reading at `offset`.
    public mutating func move(to offset: Int) {
        self.offset = offset
    }

    /// Returns the offset of the next `byte` from here on.
    public func find(_ byte: Unicode.Scalar) -> Int? {
        text.withBytes { bytes in
            (offset..<bytes.count).first { bytes[$0] == UInt8(ascii: byte) }
        }
    }

    /// Returns the part from `start` up to here.
    public func secret(from start: Int) -> Secret {
        text.withBytes { Secret(copying: $0.extracting(start..<offset)) }
    }

    /// Returns the part from `start` up to here, which must not be secret.
    public func word(from start: Int) -> String {
        text.withBytes { bytes in
            String(decoding: (start..<offset).map { bytes[$0] }, as: UTF8.self)
        }
    }
}
