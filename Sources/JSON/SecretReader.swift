public import Sodium

/// Goes through a text that holds secrets, byte by byte, and cuts pieces out of it.
///
/// No piece becomes a `String` unless it is asked for as a word.
public struct SecretReader: JSONCharacters {
    private let text: SharedSecret
    /// How many bytes were passed.
    public private(set) var place = 0

    /// Reads `text` from its beginning.
    public init(_ text: SharedSecret) {
        self.text = text
    }

    /// The byte that comes next; nil at the end.
    public var peek: UInt8? { byte(at: place) }

    /// How many lines ended since `place`.
    public func newlines(since place: Int) -> Int {
        text.withBytes { bytes in
            (place..<self.place).count { bytes[$0] == UInt8(ascii: "\n") }
        }
    }

    /// The byte there; nil after the end.
    public func byte(at place: Int) -> UInt8? {
        text.withBytes { place < $0.count ? $0[place] : nil }
    }

    /// Takes the byte that comes next.
    public mutating func next() -> UInt8? {
        defer { if place < text.count { place += 1 } }
        return peek
    }

    /// Passes `character`, if it comes next.
    public mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        place += 1
        return true
    }

    /// Passes bytes as long as they are so.
    public mutating func skip(while isSo: (UInt8) -> Bool) {
        place = text.withBytes { bytes in
            var end = place
            while end < bytes.count, isSo(bytes[end]) { end += 1 }
            return end
        }
    }

    /// Goes on reading at another place.
    public mutating func move(to place: Int) {
        self.place = place
    }

    /// The first place of `byte` from here on.
    public func find(_ byte: Unicode.Scalar) -> Int? {
        text.withBytes { bytes in
            (place..<bytes.count).first { bytes[$0] == UInt8(ascii: byte) }
        }
    }

    /// The piece from `start` up to here.
    public func secret(from start: Int) -> Secret {
        text.withBytes { Secret(copying: $0.extracting(start..<place)) }
    }

    /// The piece from `start` up to here, which is no secret.
    public func word(from start: Int) -> String {
        text.withBytes { bytes in
            String(decoding: (start..<place).map { bytes[$0] }, as: UTF8.self)
        }
    }
}
