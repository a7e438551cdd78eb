import Sodium

/// Writes assignments for a shell or another program, in guarded memory.
///
/// Values are secrets of the vault, which consist of printable ASCII characters without spaces.
struct AssignmentWriter: ~Copyable {
    private let format: ExportRequest.Format
    private var text = Secret(minimumCapacity: 1024)
    private var isFirst = true

    init(_ format: ExportRequest.Format) {
        self.format = format
    }

    /// Appends an assignment, or returns `false` if programs would read it differently.
    mutating func append(_ value: SharedSecret, to variable: String) -> Bool {
        switch format {
        case .shell:
            append("\(variable)='")
            append(value) { $0 == UInt8(ascii: "'") ? "'\\''" : nil }
            append("'\n")
        case .dotenv:
            guard let quote = value.withBytes({ DotenvQuote(for: $0) }) else { return false }
            append("\(variable)=\(quote.rawValue)")
            append(value)
            append("\(quote.rawValue)\n")
        case .json:
            append("\(isFirst ? "{" : ",")\"\(variable)\":\"")
            append(value) { byte in
                switch byte {
                case UInt8(ascii: "\""): "\\\""
                case UInt8(ascii: "\\"): "\\\\"
                default: nil
                }
            }
            append("\"")
        }
        isFirst = false
        return true
    }

    /// Returns everything that was written.
    consuming func end() -> Secret {
        if format == .json { append("}\n") }
        return text
    }

    private mutating func append(_ literal: String) {
        text.append(literal.utf8.span)
    }

    private mutating func append(
        _ value: SharedSecret, escaping escape: (UInt8) -> StaticString? = { _ in nil }
    ) {
        value.withBytes { bytes in
            for index in bytes.indices {
                if let escaped = escape(bytes[index]) {
                    append(escaped.description)
                } else {
                    text.append(bytes[index])
                }
            }
        }
    }
}

/// How to write a value in a `.env` file, so that python-dotenv, dotenv for Node and
/// `node --env-file` read the same.
private enum DotenvQuote: String {
    case single = "'"
    case double = "\""
    case none = ""

    /// Chooses a way to write `value`, or returns `nil` if there is none.
    init?(for value: Span<UInt8>) {
        let backslash = UInt8(ascii: "\\")
        // python-dotenv expands ${NAME} in any quotes; Node does not.
        if Self.expands(value) { return nil }
        // In single quotes, python-dotenv drops a backslash in front of another one and of a quote.
        let doubled = value.indices.contains { index in
            value[index] == backslash
                && (index + 1 == value.count || value[index + 1] == backslash)
        }
        if !Self.has("'", value), !doubled {
            self = .single
        } else if !Self.has("\"", value), !Self.has("\\", value) {
            self = .double
        } else if !Self.has("#", value), !Self.isQuote(value[0]) {
            // In Node, a number sign begins a comment.
            self = .none
        } else {
            return nil
        }
    }

    private static func has(_ character: Unicode.Scalar, _ value: Span<UInt8>) -> Bool {
        value.firstIndex(of: UInt8(ascii: character)) != nil
    }

    /// Returns whether `${` and a later `}` are in `value`.
    private static func expands(_ value: Span<UInt8>) -> Bool {
        var offset = 0
        while let dollar = value.firstIndex(of: UInt8(ascii: "$"), from: offset) {
            offset = dollar + 1
            if offset < value.count, value[offset] == UInt8(ascii: "{") {
                return value.firstIndex(of: UInt8(ascii: "}"), from: offset) != nil
            }
        }
        return false
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
    }
}
