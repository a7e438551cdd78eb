import JSON
import Sodium

/// The known variables of an environment file, as shells and dotenv libraries read it.
///
///     # a comment
///     APP_ID=1234567890123456
///     export FB_APP_SECRET='…'   # in quotes or without
///
/// The last of several lines for one variable counts. Nothing is expanded, and what programs read in
/// different ways, such as a backslash in any quotes, is refused.
struct EnvironmentFile {
    /// What is set and not empty.
    private(set) var values: [EnvironmentVariable: SharedSecret] = [:]
    /// Where else secrets are in the file.
    private(set) var leftOut: [LeftOutSecret] = []

    /// The line being read, from 1.
    private var line = 1
    private var lines: [EnvironmentVariable: Int] = [:]
    /// Whether the line before ends in a backslash, which makes this one a part of it to a shell.
    private var isContinuation = false

    private static let byName = Dictionary(
        uniqueKeysWithValues: EnvironmentVariable.known.map { ($0.description, $0) })

    /// Reads a file's text, in UTF-8.
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
            // A line of somebody else's variable may look as it likes.
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
        if value.secret.count > 0 { try refuse(value, of: variable, wasContinued: wasContinued) }
        take(value.secret, for: variable)
        readComment(&reader)
    }

    /// Throws where programs read the value differently.
    private func refuse(
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

    /// Passes the rest of the line, a comment or nothing.
    private mutating func readComment(_ reader: inout SecretReader) {
        if SecretShape.occurs(inLine: Self.restOfLine(&reader)) {
            leaveOut(.comment(line: line), .inComment)
        }
    }

    /// Passes a line that is not an assignment, from its beginning on.
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

    /// Passes what is left of the line, its newline included.
    private static func restOfLine(_ reader: inout SecretReader) -> SharedSecret {
        let start = reader.offset
        reader.skip { $0 != 0x0A }
        let text = reader.secret(from: start)
        _ = reader.next()
        return SharedSecret(text)
    }

    /// The name that is assigned to, with `=` and the spaces around it passed; nil where there is none.
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
