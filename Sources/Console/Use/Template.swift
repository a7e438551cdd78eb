import Sodium
import Vault

/// A template whose placeholders, such as `{{ page:1020000000000001 }}`, stand for tokens.
///
/// Its bytes need not be UTF-8, and may include NUL.
struct Template {
    private enum Part {
        /// Bytes of the template to copy.
        case literal(Range<Int>)
        /// The token of the placeholder with this index.
        case token(Int)
    }

    struct Placeholder {
        let reference: String
        /// The number of its line, from 1.
        let line: Int
    }

    private(set) var placeholders: [Placeholder] = []
    private var parts: [Part] = []

    /// Parses a template in one pass from left to right.
    init(_ text: Span<UInt8>) throws(InjectMessage) {
        let (brace, newline) = (UInt8(ascii: "{"), UInt8(ascii: "\n"))
        var (offset, literal, line, counted) = (0, 0, 1, 0)
        while let open = text.firstIndex(of: brace, from: offset) {
            var end = open + 1
            while end < text.count, end < open + 4, text[end] == brace { end += 1 }
            guard end - open > 1 else {
                offset = end
                continue
            }
            if end - open == 4 {
                // Four braces stand for the first two of them.
                append(literal..<open + 2)
                (offset, literal) = (end, end)
                continue
            }
            let passed = text.extracting(counted..<open)
            line += passed.indices.count { passed[$0] == newline }
            counted = open
            guard let close = Self.close(in: text, from: open + 2) else {
                throw .notClosed(line: line)
            }
            guard let reference = Self.reference(text.extracting(open + 2..<close)) else {
                throw .notAReference(line: line)
            }
            append(literal..<open)
            parts.append(.token(placeholders.count))
            placeholders.append(Placeholder(reference: reference, line: line))
            (offset, literal) = (close + 2, close + 2)
        }
        append(literal..<text.count)
    }

    private mutating func append(_ range: Range<Int>) {
        if !range.isEmpty { parts.append(.literal(range)) }
    }

    /// Returns the offset of the next `}}` on the same line.
    private static func close(in text: Span<UInt8>, from start: Int) -> Int? {
        for index in start..<max(start, text.count - 1) {
            switch text[index] {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return nil
            case UInt8(ascii: "}"): if text[index + 1] == UInt8(ascii: "}") { return index }
            default: continue
            }
        }
        return nil
    }

    /// Returns what may be a reference, without the spaces around it.
    private static func reference(_ text: Span<UInt8>) -> String? {
        let space = UInt8(ascii: " ")
        var (start, end) = (0, text.count)
        while start < end, text[start] == space { start += 1 }
        while end > start, text[end - 1] == space { end -= 1 }
        guard let valid = try? UTF8Span(validating: text.extracting(start..<end)) else {
            return nil
        }
        let reference = String(copying: valid)
        return Reference.isPlausible(reference) ? reference : nil
    }

    /// Returns the template, which has the bytes `text`, with one of `tokens` for each of
    /// `placeholders`, or `nil` if that exceeds `limit` bytes.
    func filled(_ text: Span<UInt8>, with tokens: [SharedSecret], limit: Int) -> Secret? {
        let size = parts.reduce(0) { size, part in
            switch part {
            case .literal(let range): size + range.count
            case .token(let index): size + tokens[index].count
            }
        }
        guard size <= limit else { return nil }
        var result = Secret(minimumCapacity: size)
        for part in parts {
            switch part {
            case .literal(let range): result.append(text.extracting(range))
            case .token(let index): tokens[index].withBytes { result.append($0) }
            }
        }
        return result
    }
}
