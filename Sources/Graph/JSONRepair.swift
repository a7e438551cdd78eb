import FoundationEssentials

/// Returns the JSON with everything replaced that is not valid in a string.
///
/// This includes bytes that are not UTF-8, unpaired surrogates, and control characters inside
/// strings. They occur in names of pages, and the Graph API passes some of them on. A decoder
/// rejects them, and may reject the whole response with the tokens in it.
func repairedJSON(_ body: [UInt8]) -> [UInt8] {
    let text = Array(String(decoding: body, as: UTF8.self).utf8)
    var repaired: [UInt8] = []
    repaired.reserveCapacity(text.count)
    var isInString = false
    var index = 0
    while index < text.count {
        let byte = text[index]
        guard isInString else {
            isInString = byte == UInt8(ascii: "\"")
            repaired.append(byte)
            index += 1
            continue
        }
        switch byte {
        case UInt8(ascii: "\\"):
            let (escape, length) = repairedEscape(text[index...])
            repaired += escape
            index += length
        case 0x09, 0x0A, 0x0D:
            repaired.append(0x20)
            index += 1
        case ..<0x20:
            repaired += replacement
            index += 1
        default:
            if byte == UInt8(ascii: "\"") { isInString = false }
            repaired.append(byte)
            index += 1
        }
    }
    return repaired
}

private let replacement = Array("\\ufffd".utf8)

/// Returns the repaired escape at the start of `text`, and the number of bytes it replaces.
private func repairedEscape(_ text: ArraySlice<UInt8>) -> (escape: [UInt8], length: Int) {
    guard let unit = escapedUnit(text) else {
        let escape = Array(text.prefix(2))
        return (escape, escape.count)
    }
    switch unit {
    case 0xD800...0xDBFF:
        guard let low = escapedUnit(text.dropFirst(6)), (0xDC00...0xDFFF).contains(low) else {
            return (replacement, 6)
        }
        return (Array(text.prefix(12)), 12)
    case 0xDC00...0xDFFF:
        return (replacement, 6)
    default:
        return (Array(text.prefix(6)), 6)
    }
}

/// Returns the value of the `\uXXXX` escape at the start of `text`, or `nil` without one.
private func escapedUnit(_ text: ArraySlice<UInt8>) -> UInt16? {
    let escape = Array(text.prefix(6))
    guard escape.count == 6, escape[0] == UInt8(ascii: "\\"), escape[1] == UInt8(ascii: "u"),
        escape[2...].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
    else { return nil }
    return UInt16(String(decoding: escape[2...], as: UTF8.self), radix: 16)
}

/// A string contains invalid text: the response must be repaired and decoded again.
struct BrokenText: Error {}

extension CodingUserInfoKey {
    /// Set while a response is decoded for the second time, after a repair.
    static let isRepaired = CodingUserInfoKey(rawValue: "isRepaired")
}

extension KeyedDecodingContainer {
    /// Returns the string for `key`, or `nil` if it is missing or invalid even after a repair.
    func text(forKey key: Key, isRepaired: Bool) throws(BrokenText) -> String? {
        do {
            return try decode(String.self, forKey: key)
        } catch DecodingError.keyNotFound, DecodingError.valueNotFound,
            DecodingError.typeMismatch
        {
            return nil
        } catch {
            // For invalid text in a string, Foundation throws an error of its own.
            if isRepaired { return nil }
            throw BrokenText()
        }
    }
}

extension Decoder {
    /// Whether the response is being decoded for the second time, after a repair.
    var isRepaired: Bool {
        CodingUserInfoKey.isRepaired.map { userInfo[$0] != nil } ?? true
    }
}

extension JSONDecoder {
    /// Decodes the value in `body`; if it contains invalid text, repairs it and tries again.
    static func value<Value: Decodable>(_ type: Value.Type, in body: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        do {
            return try decoder.decode(type, from: Data(body))
        } catch let error {
            let isBroken =
                if case DecodingError.dataCorrupted = error { true } else { error is BrokenText }
            guard isBroken else { throw error }
            if let key = CodingUserInfoKey.isRepaired { decoder.userInfo[key] = true }
            return try decoder.decode(type, from: Data(repairedJSON(body)))
        }
    }
}
