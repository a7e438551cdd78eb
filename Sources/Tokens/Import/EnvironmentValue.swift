import JSON
import Sodium

/// The value of a variable in an environment file.
struct EnvironmentValue {
    let secret: SharedSecret
    /// Whether it names another variable or a command (`$NAME`, `${NAME}`, `$(command)`).
    private(set) var isReference = false
    /// Whether it has a backtick or a backslash, which shells, dotenv libraries and Docker read in
    /// different ways, a backslash also in quotes.
    private(set) var isAmbiguous = false
    /// Whether it has another character, outside of quotes, that some of them take for text and others
    /// for quotes, a comment or the end of a command.
    private(set) var hasSpecialCharacter = false
    /// Whether the line goes on in the next one, to a shell.
    private(set) var isContinued = false

    private init(_ secret: consuming Secret) {
        self.secret = SharedSecret(secret)
    }

    /// Reads the value that begins here, quotes and all; `reader` is after it then.
    ///
    /// Nil, and nothing read, where its quotes do not end or are followed by something else than a
    /// comment.
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
        // A comment needs a space before it, to a shell.
        if reader.peek == UInt8(ascii: "#") { value?.hasSpecialCharacter = true }
        reader.skip { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        if value != nil, [nil, 0x0A, UInt8(ascii: "#")].contains(reader.peek) { return value }
        reader.move(to: start)
        return nil
    }

    /// Nil where the quotes do not end.
    private static func singleQuoted(_ reader: inout SecretReader) -> EnvironmentValue? {
        guard let end = reader.find("'") else { return nil }
        let start = reader.offset
        reader.move(to: end)
        var value = EnvironmentValue(reader.secret(from: start))
        value.isAmbiguous = value.secret.withBytes { $0.firstIndex(of: UInt8(ascii: "\\")) } != nil
        reader.move(to: end + 1)
        return value
    }

    /// Nil where the quotes do not end.
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
                // It does not end the value.
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

    /// Up to a comment or the end of the line, less the spaces before that.
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

    /// Whether nothing but digits comes before the bar that was read: then it is that of an app token, which
    /// people write without quotes though a shell would not take it.
    private static func isAppID(_ reader: SecretReader, from start: Int) -> Bool {
        let digits = start..<reader.offset - 1
        return digits.count >= 5
            && digits.allSatisfy { place in
                reader.byte(at: place).map {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                } == true
            }
    }

    /// What ends a word of a shell, or quotes a part of one.
    private static let specialCharacters = Array("\"';&|<>()#".utf8)

    /// Whether `#` at `place` starts a comment to all programs: after a space, or where nothing but
    /// spaces follow the equals sign, unless it touches what comes before and after it.
    private static func startsComment(
        at place: Int, after end: Int, from start: Int, _ reader: SecretReader
    ) -> Bool {
        func isSpace(_ place: Int) -> Bool {
            reader.byte(at: place).map { [0x20, 0x09, 0x0A, 0x0D].contains($0) } ?? true
        }
        if end < place || isSpace(place - 1) { return true }
        return place == start && isSpace(place + 1)
    }

    /// Whether `$` and this byte name something else to a shell or a dotenv library.
    private static func startsReference(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || Array("_{($?!@*#-".utf8).contains(byte)
    }
}
