import Sodium
import Vault

/// The known variables of an environment file, as shells and dotenv libraries read it.
///
///     # a comment
///     APP_ID=1234567890123456
///     export FB_APP_SECRET='…'   # single quotes: as it stands; double quotes: with \" and \\
///
/// The last of several lines for one variable counts. Nothing is expanded.
struct EnvironmentFile {
    /// What is set and not empty.
    private(set) var values: [EnvironmentVariable: SharedSecret] = [:]

    private static let byName = Dictionary(
        uniqueKeysWithValues: EnvironmentVariable.known.map { ($0.description, $0) })

    init(_ text: SharedSecret) throws {
        var reader = SecretReader(text)
        // A byte order mark, as editors of Windows leave it.
        if (0..<3).map({ reader.byte(at: $0) }) == [0xEF, 0xBB, 0xBF] { reader.move(to: 3) }
        while reader.peek != nil { try readLine(&reader) }
    }

    private mutating func readLine(_ reader: inout SecretReader) throws {
        reader.skip(while: Self.isSpace)
        var name = Self.name(&reader)
        if name == "export", reader.peek.map(Self.isSpace) == true {
            reader.skip(while: Self.isSpace)
            name = Self.name(&reader)
        }
        reader.skip(while: Self.isSpace)
        guard !name.isEmpty, reader.skip("=") else { return Self.skipLine(&reader) }
        reader.skip(while: Self.isSpace)
        let start = reader.place
        let value = Self.value(&reader)
        // A line of somebody else's variable may look as it likes.
        guard let variable = Self.byName[name] else { return }
        guard let value else {
            throw Failure.usage(
                "the quotes around \(name) do not end as they should, in line "
                    + "\(reader.line(of: start))")
        }
        values[variable] = nil
        guard value.secret.count > 0 else { return }
        if !value.isLiteral, Self.refersToOthers(value.secret) {
            throw Failure.usage(
                "\(name), in line \(reader.line(of: start)), refers to another variable, which is not "
                    + "looked up")
        }
        values[variable] = value.secret
    }

    private static func name(_ reader: inout SecretReader) -> String {
        let start = reader.place
        reader.skip { byte in
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
        }
        return reader.word(from: start)
    }

    /// The value from here on, and whether it stands in single quotes; nil where its quotes do not
    /// end, or something stands behind them.
    private static func value(
        _ reader: inout SecretReader
    ) -> (secret: SharedSecret, isLiteral: Bool)? {
        let start = reader.place
        let value: (secret: SharedSecret, isLiteral: Bool)?
        if reader.skip("'") {
            value = quoted(&reader).map { ($0, true) }
        } else if reader.skip("\"") {
            value = doubleQuoted(&reader).map { ($0, false) }
        } else {
            return (unquoted(&reader), false)
        }
        reader.skip(while: isSpace)
        guard value != nil, [nil, 0x0A, 0x0D, UInt8(ascii: "#")].contains(reader.peek) else {
            reader.move(to: start)
            skipLine(&reader)
            return nil
        }
        skipLine(&reader)
        return value
    }

    private static func quoted(_ reader: inout SecretReader) -> SharedSecret? {
        guard let end = reader.find("'") else { return nil }
        let start = reader.place
        reader.move(to: end)
        let secret = reader.secret(from: start)
        reader.move(to: end + 1)
        return SharedSecret(secret)
    }

    private static func doubleQuoted(_ reader: inout SecretReader) -> SharedSecret? {
        var value = Secret(minimumCapacity: 256)
        while let byte = reader.next() {
            if byte == UInt8(ascii: "\"") { return SharedSecret(value) }
            if byte == UInt8(ascii: "\\"), let next = reader.peek,
                [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$")].contains(next)
            {
                _ = reader.next()
                value.append(next)
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    /// Up to a comment or the end of the line, less the spaces before that.
    private static func unquoted(_ reader: inout SecretReader) -> SharedSecret {
        let start = reader.place
        var end = start
        while let byte = reader.peek, byte != 0x0A {
            if byte == UInt8(ascii: "#"), end < reader.place || reader.place == start { break }
            _ = reader.next()
            if !isSpace(byte), byte != 0x0D { end = reader.place }
        }
        reader.move(to: end)
        let secret = reader.secret(from: start)
        skipLine(&reader)
        return SharedSecret(secret)
    }

    private static func skipLine(_ reader: inout SecretReader) {
        reader.skip { $0 != 0x0A }
        _ = reader.next()
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func refersToOthers(_ value: SharedSecret) -> Bool {
        value.withBytes { bytes in
            bytes.indices.dropLast().contains { index in
                bytes[index] == UInt8(ascii: "$")
                    && [UInt8(ascii: "{"), UInt8(ascii: "(")].contains(bytes[index + 1])
            }
        }
    }
}
