import Sodium

/// What secrets look like, so that one that is left in a file is named.
enum SecretShape {
    /// The fewest bytes of a value that counts as a secret by its variable's name.
    private static let shortest = 8

    private static let words = [
        "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "API_KEY",
        "ACCESS_KEY",
        "PRIVATE_KEY",
    ]
    private static let prefixes = ["EAA", "CAA", "XAA", "IGAA", "IGQ", "THAA", "THQ"]
        .map { Array($0.utf8) }

    /// Whether a variable of that name, with that value, holds a secret.
    static func fits(name: String, value: SharedSecret) -> Bool {
        if occurs(in: value) { return true }
        let name = name.uppercased()
        guard words.contains(where: name.contains), value.count >= shortest else { return false }
        return value.withBytes { bytes in
            // A number or a sentence is about a secret, and is not one.
            let isNumber = bytes.indices.allSatisfy { isDigit(bytes[$0]) }
            return !isNumber && bytes.indices.allSatisfy { (0x21...0x7E).contains(bytes[$0]) }
        }
    }

    /// Whether a token or an app secret of Meta's is anywhere in `text`.
    static func occurs(in text: SharedSecret) -> Bool {
        text.withBytes { bytes in
            var start = 0
            for index in 0...bytes.count where index == bytes.count || !isLetter(bytes[index]) {
                if isToken(bytes.extracting(start..<index)) { return true }
                start = index + 1
            }
            return false
        }
    }

    /// Whether one word is `EAA…` and the like, `<app id>|…`, or as long as an app secret.
    private static func isToken(_ word: Span<UInt8>) -> Bool {
        guard word.count >= 12 else { return false }
        let hasPrefix = prefixes.contains { prefix in
            prefix.indices.allSatisfy { word[$0] == prefix[$0] }
        }
        if hasPrefix { return true }
        let digits = word.indices.first { !isDigit(word[$0]) } ?? word.count
        if (15...17).contains(digits), word.count > digits + 8 {
            let isEncoded = [0x25, 0x37].elementsEqual([word[digits], word[digits + 1]])
            if word[digits] == UInt8(ascii: "|") || isEncoded { return true }
        }
        return [32, 64].contains(word.count) && word.indices.allSatisfy { isHexadecimal(word[$0]) }
    }

    /// A letter of tokens, or what joins their parts: `_`, `-`, `|` and `%`.
    private static func isLetter(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || [0x5F, 0x2D, 0x7C, 0x25].contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
