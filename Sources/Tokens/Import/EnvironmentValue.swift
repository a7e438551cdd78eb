import JSON
import Sodium

/// The value of a variable in an environment file.
struct EnvironmentValue {
    let secret: SharedSecret
    /// Whether it refers to another variable or a command (`$NAME`, `${NAME}`, `$(command)`).
    private(set) var isReference = false
    /// Whether it contains a backtick or a backslash.
    ///
    /// Shells, dotenv libraries and Docker interpret these differently, a backslash even in quotes.
    private(set) var isAmbiguous = false
    /// Whether it contains another special character outside of quotes.
    ///
    /// Some programs take it for text, others for a quote, a comment or the end of a command.
    private(set) var hasSpecialCharacter = false
    /// Whether a shell would continue the value on the next line.
    private(set) var isContinued = false

    private init(_ secret: consuming Secret) {
        self.secret = SharedSecret(secret)
    }

    /// Reads the value at the reader's position, including its quotes.
    ///
    /// Returns `nil` without moving the reader if the quotes are not closed or are followed by
    /// anything but a comment.
    static func read(_ reader: inout SecretReader) -> EnvironmentValue? {
        let start = reader.offset
        var value: EnvironmentValue?
        if reader.skip("'") {
            value = singleQuoted(&reader)
        } else if reader.skip("\"") {
            value = doubleQuoted(&reader)
        } else {
            return unquoted(&reader)
        }
        // For a shell, a comment must be preceded by a space.
        if reader.peek == UInt8(ascii: "#") { value?.hasSpecialCharacter = true }
        reader.skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        if value != nil, [nil, 0x0A, UInt8(ascii: "#")].contains(reader.peek) { return value }
        reader.move(to: start)
        return nil
    }

    /// Reads a value after its opening quote, or returns `nil` if the quotes are not closed.
    private static func singleQuoted(_ reader: inout SecretReader) -> EnvironmentValue? {
        guard let end = reader.find("'") else { return nil }
        let start = reader.offset
        reader.move(to: end)
        var value = EnvironmentValue(reader.secret(from: start))
        value.isAmbiguous = value.secret.withBytes { $0.firstIndex(of: UInt8(ascii: "\\")) } != nil
        reader.move(to: end + 1)
        return value
    }

    /// Reads a value after its opening quote, or returns `nil` if the quotes are not closed.
    private static func doubleQuoted(_ reader: inout SecretReader) -> EnvironmentValue? {
        var text = Secret(minimumCapacity: 256)
        var isReference = false
        var isAmbiguous = false
        while let byte = reader.next() {
            switch byte {
            case UInt8(ascii: "\""):
                var value = EnvironmentValue(text)
                value.isReference = isReference
                value.isAmbiguous = isAmbiguous
                return value
            case UInt8(ascii: "\\"):
                isAmbiguous = true
                // An escaped quote does not end the value.
                text.append(byte)
                if let next = reader.next() { text.append(next) }
                continue
            case UInt8(ascii: "$"): isReference = isReference || startsReference(reader.peek)
            case UInt8(ascii: "`"): isAmbiguous = true
            default: break
            }
            text.append(byte)
        }
        return nil
    }

    /// Reads a value up to a comment or the end of the line, without trailing spaces.
    private static func unquoted(_ reader: inout SecretReader) -> EnvironmentValue {
        let start = reader.offset
        var end = start
        var isReference = false
        var isAmbiguous = false
        var isContinued = false
        var hasSpecialCharacter = false
        while let byte = reader.peek, byte != 0x0A {
            if byte == UInt8(ascii: "#"),
                startsComment(at: reader.offset, after: end, from: start, reader)
            {
                break
            }
            _ = reader.next()
            switch byte {
            case UInt8(ascii: "$"): isReference = isReference || startsReference(reader.peek)
            case UInt8(ascii: "`"), UInt8(ascii: "\\"): isAmbiguous = true
            case UInt8(ascii: "|") where isAppID(reader, from: start): break
            default: hasSpecialCharacter = hasSpecialCharacter || specialCharacters.contains(byte)
            }
            if ![0x20, 0x09, 0x0D].contains(byte) {
                end = reader.offset
                isContinued = byte == UInt8(ascii: "\\")
            }
        }
        let after = reader.offset
        reader.move(to: end)
        var value = EnvironmentValue(reader.secret(from: start))
        value.isReference = isReference
        value.isAmbiguous = isAmbiguous
        value.isContinued = isContinued
        value.hasSpecialCharacter = hasSpecialCharacter
        reader.move(to: after)
        return value
    }

    /// Returns whether only digits precede the `|` just read, as in an app token.
    ///
    /// App tokens are often written without quotes, although a shell would not accept that.
    private static func isAppID(_ reader: SecretReader, from start: Int) -> Bool {
        let digits = start..<reader.offset - 1
        return digits.count >= 5
            && digits.allSatisfy { offset in
                reader.byte(at: offset).map {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                } == true
            }
    }

    /// The characters that end a word in a shell or quote a part of it.
    private static let specialCharacters = Array("\"';&|<>()#".utf8)

    /// Returns whether the `#` at `offset` starts a comment for all programs.
    ///
    /// It does after a space, or as the first character of the value if a space follows.
    private static func startsComment(
        at offset: Int, after end: Int, from start: Int, _ reader: SecretReader
    ) -> Bool {
        func isSpace(_ offset: Int) -> Bool {
            reader.byte(at: offset).map { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? true
        }
        if end < offset || isSpace(offset - 1) { return true }
        return offset == start && isSpace(offset + 1)
    }

    /// Returns whether `$` followed by this byte is a reference in a shell or a dotenv library.
    private static func startsReference(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || Array("_{($?!@*#-".utf8).contains(byte)
    }
}
