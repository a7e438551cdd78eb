import JSON
import Sodium

/// The known variables of an environment file, parsed as shells and dotenv libraries do.
///
///     # a comment
///     APP_ID=1234567890123456
///     export FB_APP_SECRET='…'   # with or without quotes
///
/// The last of several assignments to a variable counts. Nothing is expanded. Values that programs
/// interpret differently, such as those with a backslash, even in quotes, are rejected.
struct EnvironmentFile {
    /// The values of the variables that are set and not empty.
    private(set) var values: [EnvironmentVariable: SharedSecret] = [:]
    /// The other secrets in the file, which are not imported.
    private(set) var leftOut: [LeftOutSecret] = []

    /// The number of the current line, starting at 1.
    private var line = 1
    private var lines: [EnvironmentVariable: Int] = [:]
    /// Whether the previous line ends in a backslash, so that a shell joins this line to it.
    private var isContinuation = false

    private static let byName = Dictionary(
        uniqueKeysWithValues: EnvironmentVariable.known.map { ($0.description, $0) })

    /// Parses the text of a file, which must be UTF-8.
    init(_ text: SharedSecret) throws {
        var reader = SecretReader(text)
        while reader.peek != nil {
            let start = reader.offset
            try readLine(&reader)
            line += reader.newlines(since: start)
        }
    }

    private mutating func readLine(_ reader: inout SecretReader) throws {
        reader.skip(while: Self.isSpace)
        guard reader.peek != UInt8(ascii: "#") else {
            isContinuation = false
            return readComment(&reader)
        }
        let wasContinued = isContinuation
        isContinuation = false
        let start = reader.offset
        guard let name = Self.name(&reader) else { return skipUnreadable(&reader, from: start) }
        let value = EnvironmentValue.read(&reader)
        guard let variable = Self.byName[name] else {
            // Unknown variables may have any syntax.
            guard let value else { return skipUnreadable(&reader, from: start) }
            isContinuation = value.isContinued
            if SecretShape.fits(name: name, value: value.secret) {
                leaveOut(.variable(name), .unknownName)
            }
            return readComment(&reader)
        }
        guard let value else {
            throw ImportError.unclosedQuotes(variable, line: line)
        }
        if value.secret.count > 0 {
            try checkUnambiguous(value, of: variable, wasContinued: wasContinued)
        }
        take(value.secret, for: variable)
        readComment(&reader)
    }

    /// Throws an error if programs interpret the value differently.
    private func checkUnambiguous(
        _ value: EnvironmentValue, of variable: EnvironmentVariable, wasContinued: Bool
    ) throws {
        func ambiguous(_ ambiguity: ImportError.Ambiguity) -> ImportError {
            .ambiguousValue(variable, line: line, ambiguity)
        }
        if value.isAmbiguous { throw ambiguous(.escape) }
        if value.isReference { throw ImportError.valueIsReference(variable, line: line) }
        if value.hasSpecialCharacter { throw ambiguous(.specialCharacter) }
        if wasContinued { throw ambiguous(.continuation) }
    }

    private mutating func take(_ secret: SharedSecret, for variable: EnvironmentVariable) {
        if let old = values[variable], let oldLine = lines[variable] {
            let isSame = old.withSecret { old in secret.withSecret { old.isEqual(to: $0) } }
            if !isSame {
                leaveOut(
                    .assignment(variable.description, line: oldLine), .replaced(byLine: line))
            }
        }
        values[variable] = secret.count > 0 ? secret : nil
        lines[variable] = line
    }

    private mutating func leaveOut(_ source: SecretSource, _ cause: LeftOutSecret.Cause) {
        leftOut.append(LeftOutSecret(source: source, cause: cause))
    }

    /// Skips the rest of the line, which is a comment or empty.
    private mutating func readComment(_ reader: inout SecretReader) {
        if SecretShape.occurs(inLine: Self.restOfLine(&reader)) {
            leaveOut(.comment(line: line), .inComment)
        }
    }

    /// Skips a line that is not an assignment and starts at `start`.
    private mutating func skipUnreadable(_ reader: inout SecretReader, from start: Int) {
        reader.move(to: start)
        let text = Self.restOfLine(&reader)
        isContinuation = text.withBytes { bytes in
            bytes.indices.last { bytes[$0] != 0x0D }.map { bytes[$0] == UInt8(ascii: "\\") }
                ?? false
        }
        if SecretShape.occurs(inLine: text) {
            leaveOut(.line(line), .notAnAssignment)
        }
    }

    /// Skips the rest of the line including the newline; returns the text without the newline.
    private static func restOfLine(_ reader: inout SecretReader) -> SharedSecret {
        let start = reader.offset
        reader.skip { $0 != 0x0A }
        let text = reader.secret(from: start)
        _ = reader.next()
        return SharedSecret(text)
    }

    /// Reads the name in an assignment and the `=` with surrounding spaces, or returns `nil`.
    private static func name(_ reader: inout SecretReader) -> String? {
        var name = word(&reader)
        if name == "export", reader.peek.map(isSpace) == true {
            reader.skip(while: isSpace)
            name = word(&reader)
        }
        reader.skip(while: isSpace)
        guard !name.isEmpty, reader.skip("=") else { return nil }
        reader.skip(while: isSpace)
        return name
    }

    private static func word(_ reader: inout SecretReader) -> String {
        let start = reader.offset
        reader.skip { byte in
            UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
        }
        return reader.word(from: start)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
