import Sodium

/// Heuristics that recognize secrets, so that those left in a file can be reported.
///
/// A false positive costs the user a look; a secret that is not reported is lost with the file.
enum SecretShape {
    /// The minimum length of a secret in a variable with an ambiguous name, in bytes.
    private static let minLength = 8

    /// Words in names that are ambiguous, as in `TOKEN_TTL`.
    private static let vagueWords = ["TOKEN", "CREDENTIAL", "ACCESS_KEY"]
    /// Words that indicate a secret anywhere in a name.
    private static let clearWords = [
        "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "PRIVATE_KEY", "PRIVATEKEY", "API_KEY",
        "APIKEY",
    ]
    /// Words that indicate a secret as a whole part of a name, between underscores.
    private static let clearParts: Set = ["PASS", "PWD", "PW", "KEY", "KEYS"]
    /// Words that indicate a secret at the end of a part of a name.
    private static let clearEndings = ["PASS", "PWD"]
    /// The last parts of names of numbers that describe a secret.
    private static let countedParts: Set = [
        "ID", "TTL", "LENGTH", "LEN", "MIN", "MAX", "SIZE", "BITS", "COUNT", "AGE", "DAYS", "HOURS",
        "MINUTES", "SECONDS", "EXPIRY", "EXPIRES", "LIFETIME", "TIMEOUT", "VERSION",
    ]
    private static let prefixes = [
        "EAA", "CAA", "XAA", "IGAA", "IGQ", "THAA", "THQ", "ghp_", "gho_", "ghs_", "github_pat_",
        "glpat-", "xoxb-", "xoxp-", "xapp-", "AKIA", "AIza", "eyJ", "SG.", "npm_", "hf_",
    ].map { Array($0.utf8) }
    /// Prefixes with which even a short value counts as a secret.
    private static let keyPrefixes = ["sk_", "sk-", "rk_"].map { Array($0.utf8) }

    /// Returns whether a variable with this name and value holds a secret.
    static func fits(name: String, value: SharedSecret) -> Bool {
        if value.count == 0 { return false }
        return occurs(inLine: value) || value.withBytes { fits(name: name.uppercased(), $0) }
    }

    /// Returns whether a line that cannot be parsed contains a secret.
    ///
    /// A secret is recognized by its shape, or after a telling name and an equals sign or colon.
    static func occurs(inLine line: SharedSecret) -> Bool {
        occurs(in: line)
            || line.withBytes { bytes in
                bytes.indices.contains { index in
                    guard [UInt8(ascii: "="), UInt8(ascii: ":")].contains(bytes[index]) else {
                        return false
                    }
                    let value = word(in: bytes, after: index)
                    return !value.isEmpty
                        && fits(name: name(in: bytes, before: index), bytes.extracting(value))
                }
            }
    }

    private static func fits(name: String, _ value: Span<UInt8>) -> Bool {
        let parts = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let isNumber = value.indices.allSatisfy { isDigit(value[$0]) }
        if isNumber, let last = parts.last, countedParts.contains(last) { return false }
        // Variables of the shell itself, which `env` prints too.
        if ["PWD", "OLDPWD"].contains(name), value[0] == UInt8(ascii: "/") { return false }
        let isClear =
            clearWords.contains(where: name.contains)
            || parts.contains { part in
                clearParts.contains(part) || clearEndings.contains(where: part.hasSuffix)
            }
        if isClear { return true }
        guard vagueWords.contains(where: name.contains), value.count >= minLength else {
            return false
        }
        // A number or a sentence describes a secret but is not one.
        return !isNumber && value.indices.allSatisfy { (0x21...0x7E).contains(value[$0]) }
    }

    /// Returns the name before `index`, at most 64 bytes, skipping spaces and quotes in between.
    private static func name(in bytes: Span<UInt8>, before index: Int) -> String {
        var end = index
        // `+=` in a shell, `?=` and `:=` in a makefile.
        if end > 0, Array("+?:".utf8).contains(bytes[end - 1]) { end -= 1 }
        while end > 0, isBlank(bytes[end - 1]) || isQuote(bytes[end - 1]) { end -= 1 }
        var start = end
        while start > 0, end - start < 64,
            isDigit(bytes[start - 1]) || isNameLetter(bytes[start - 1])
        {
            start -= 1
        }
        return String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self).uppercased()
    }

    /// Returns the range of the word after `index`, skipping spaces and quotes in between.
    private static func word(in bytes: Span<UInt8>, after index: Int) -> Range<Int> {
        var start = index + 1
        while start < bytes.count, isBlank(bytes[start]) || isQuote(bytes[start]) { start += 1 }
        // More bytes do not change the result.
        var end = start
        while end < bytes.count, end - start < minLength, !isBlank(bytes[end]), !isQuote(bytes[end])
        {
            end += 1
        }
        return start..<end
    }

    /// Returns whether `text` contains a token, a Meta app secret or a key of another service.
    ///
    /// The secret may be anywhere: in quotes, in a URL, after an option letter.
    static func occurs(in text: SharedSecret) -> Bool {
        text.withBytes { bytes in
            bytes.indices.contains { index in
                canBegin(bytes[index]) && startsWord(at: index, in: bytes)
                    && isSecret(bytes.extracting(index..<bytes.count))
            } || holdsPasswordOfAddress(bytes)
        }
    }

    /// Returns whether a secret recognized by `isSecret` can start with this byte.
    private static func canBegin(_ byte: UInt8) -> Bool {
        isHexadecimal(byte) || byte == UInt8(ascii: "-") || firstBytes.contains(byte)
    }

    private static let firstBytes = Set((prefixes + keyPrefixes).map { $0[0] })

    /// Escapes such as those of a newline or tab, and words that occur directly before a token.
    private static let wordsBefore = ["\\n", "\\r", "\\t", "bearer", "oauth", "token", "0x"].map {
        Array($0.utf8)
    }

    private static func follows(_ word: [UInt8], at index: Int, in bytes: Span<UInt8>) -> Bool {
        index >= word.count
            && word.indices.allSatisfy { offset in
                let byte = bytes[index - word.count + offset]
                return (isNameLetter(byte) ? byte | 0x20 : byte) == word[offset]
            }
    }

    /// Returns whether a word starts at `index`: not after a letter or digit.
    ///
    /// Escapes such as `%3D` (an equals sign) and options such as `-d` also end the previous word.
    private static func startsWord(at index: Int, in bytes: Span<UInt8>) -> Bool {
        func isPart(_ index: Int) -> Bool { index >= 0 && isAlphanumeric(bytes[index]) }
        if !isPart(index - 1) { return true }
        if wordsBefore.contains(where: { follows($0, at: index, in: bytes) }) { return true }
        if index >= 6, bytes[index - 6] == UInt8(ascii: "\\"),
            bytes[index - 5] | 0x20 == UInt8(ascii: "u")
        {
            return true
        }
        if index >= 3, isHexadecimal(bytes[index - 2]), isHexadecimal(bytes[index - 1]) {
            if bytes[index - 3] == UInt8(ascii: "%") { return true }
            // Escaped twice.
            if index >= 5, bytes[index - 5] == UInt8(ascii: "%"),
                bytes[index - 4] == UInt8(ascii: "2"),
                bytes[index - 3] == UInt8(ascii: "5")
            {
                return true
            }
        }
        return index >= 2 && bytes[index - 2] == UInt8(ascii: "-") && !isPart(index - 3)
            && !isDigit(bytes[index - 1])
    }

    /// Returns whether `text` starts with a prefix such as `EAA`, `<app ID>|` or an app secret.
    private static func isSecret(_ text: Span<UInt8>) -> Bool {
        // More bytes do not change the result.
        let rest = text.extracting(first: 96)
        let length = rest.indices.first { !isLetter(rest[$0]) } ?? rest.count
        if begins(rest, with: Array("-----BEGIN".utf8)) { return true }
        if length >= 8, keyPrefixes.contains(where: { begins(rest, with: $0) }) { return true }
        if length >= 12, prefixes.contains(where: { begins(rest, with: $0) }) { return true }
        let digits = rest.indices.first { !isDigit(rest[$0]) } ?? rest.count
        if (5...20).contains(digits), rest.count > digits + 8 {
            let isEncoded =
                [0x25, 0x37].elementsEqual([rest[digits], rest[digits + 1]])
                && rest[digits + 2] | 0x20 == UInt8(ascii: "c")
            if rest[digits] == UInt8(ascii: "|") || isEncoded { return true }
        }
        let hexadecimal = rest.indices.first { !isHexadecimal(rest[$0]) } ?? rest.count
        return [32, 64].contains(hexadecimal)
            && (hexadecimal == rest.count || !isAlphanumeric(rest[hexadecimal]))
    }

    /// Returns whether the text contains `://user:password@`, possibly with an empty user name.
    private static func holdsPasswordOfAddress(_ bytes: Span<UInt8>) -> Bool {
        let scheme = Array("://".utf8)
        let ends = Array("/?\"'".utf8)
        var index = 0
        while index + scheme.count < bytes.count {
            guard begins(bytes.extracting(index..<bytes.count), with: scheme) else {
                index += 1
                continue
            }
            index += scheme.count
            var colon: Int?
            while index < bytes.count, !isBlank(bytes[index]), !ends.contains(bytes[index]) {
                if bytes[index] == UInt8(ascii: "@"), let colon, colon + 1 < index { return true }
                if bytes[index] == UInt8(ascii: ":"), colon == nil { colon = index }
                index += 1
            }
        }
        return false
    }

    private static func begins(_ word: Span<UInt8>, with prefix: [UInt8]) -> Bool {
        word.count >= prefix.count && prefix.indices.allSatisfy { word[$0] == prefix[$0] }
    }

    /// Returns whether the byte can occur in a token: a letter, a digit, `_`, `-`, `|` or `%`.
    private static func isLetter(_ byte: UInt8) -> Bool {
        isDigit(byte) || isNameLetter(byte) || [0x2D, 0x7C, 0x25].contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isNameLetter(byte) && byte != UInt8(ascii: "_")
    }

    private static func isNameLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
