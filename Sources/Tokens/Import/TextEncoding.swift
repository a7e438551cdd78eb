import Sodium

/// The encodings of text files.
enum TextEncoding {
    /// Returns `content` as UTF-8, without a byte order mark.
    ///
    /// UTF-16, which PowerShell's `>` and Windows editors write, is recognized by its byte order
    /// mark or by the zero byte of the first character, which is always ASCII in these files.
    /// Anything else is used as it is, so that a comment in Latin-1 does no harm.
    static func utf8(_ content: SharedSecret) throws -> SharedSecret {
        let beginning = content.withBytes { bytes in (0..<min(3, bytes.count)).map { bytes[$0] } }
        switch (beginning.first, beginning.dropFirst().first) {
        case (0xFF, 0xFE): return try utf16(content, from: 2, isBigEndian: false)
        case (0xFE, 0xFF): return try utf16(content, from: 2, isBigEndian: true)
        case (.some(1...), 0): return try utf16(content, from: 0, isBigEndian: false)
        case (0, .some(1...)): return try utf16(content, from: 0, isBigEndian: true)
        default: break
        }
        guard content.withBytes({ $0.firstIndex(of: 0) }) == nil else {
            throw ImportError.notText
        }
        guard beginning == [0xEF, 0xBB, 0xBF] else { return content }
        return SharedSecret(content.withBytes { Secret(copying: $0.extracting(droppingFirst: 3)) })
    }

    private static func utf16(
        _ content: SharedSecret, from start: Int, isBigEndian: Bool
    ) throws -> SharedSecret {
        var text = Secret(minimumCapacity: content.count)
        let isValid = content.withBytes { bytes in
            guard (bytes.count - start).isMultiple(of: 2) else { return false }
            var high: UInt16?
            for index in stride(from: start, to: bytes.count, by: 2) {
                let (one, other) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
                let unit = isBigEndian ? one << 8 | other : other << 8 | one
                guard unit != 0, (high == nil) != UTF16.isTrailSurrogate(unit) else { return false }
                if UTF16.isLeadSurrogate(unit) {
                    high = unit
                    continue
                }
                let units = [high, unit].compactMap { $0 }
                high = nil
                text.append(String(decoding: units, as: UTF16.self).utf8.span)
            }
            return high == nil
        }
        guard isValid else { throw ImportError.invalidUTF16 }
        return SharedSecret(text)
    }
}
