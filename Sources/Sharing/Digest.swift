internal import Sodium

/// The first 16 bytes of a hash.
package struct Digest: Hashable, Comparable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Creates a digest of two halves.
    package init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates a digest from its first 16 bytes, of which there must be as many.
    package init(_ bytes: some Sequence<UInt8>) {
        var halves: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index < 8 {
                halves.0 = halves.0 << 8 | UInt64(byte)
            } else {
                halves.1 = halves.1 << 8 | UInt64(byte)
            }
        }
        self.init(halves.0, halves.1)
    }

    /// Parses 32 lowercase hexadecimal digits, or returns `nil` if `text` is anything else.
    package init?(text: some StringProtocol) {
        guard let bytes = bytes(hexadecimal: String(text)), bytes.count == 16 else { return nil }
        self.init(bytes)
        guard self.text == text else { return nil }
    }

    /// The digest in 32 lowercase hexadecimal digits.
    package var text: String {
        hexadecimal(
            [high, low].flatMap { half in (0..<8).map { UInt8(half >> (56 - 8 * $0) & 255) } })
    }

    package static func < (left: Digest, right: Digest) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
