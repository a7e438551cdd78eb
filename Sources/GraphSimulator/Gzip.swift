/// A minimal gzip encoder (RFC 1952) that stores uncompressed blocks.
///
/// This is enough to test how a client handles compressed responses.
enum Gzip {
    static func wrap(_ bytes: [UInt8]) -> [UInt8] {
        var wrapped: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        let longestBlock = 0xFFFF
        var start = 0
        repeat {
            let end = min(start + longestBlock, bytes.count)
            let length = UInt16(end - start)
            wrapped.append(end == bytes.count ? 1 : 0)
            wrapped += littleEndian(UInt32(length), count: 2)
            wrapped += littleEndian(UInt32(~length), count: 2)
            wrapped += bytes[start..<end]
            start = end
        } while start < bytes.count
        wrapped += littleEndian(checksum(bytes), count: 4)
        wrapped += littleEndian(UInt32(truncatingIfNeeded: bytes.count), count: 4)
        return wrapped
    }

    private static func littleEndian(_ value: UInt32, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? (remainder >> 1) ^ 0xEDB8_8320 : remainder >> 1
            }
        }
        return ~remainder
    }
}
