/// The values of `access_token` in a text: in JSON, in forms, in URLs and in XML.
///
/// It does not parse the text, which may be anything. In JSON inside a string, quotation marks and
/// backslashes are escaped once more at each level, so those that belong together have the same
/// length in the original text.
struct AccessTokenValues {
    private let text: DecodedText
    private var bytes: [UInt8] { text.bytes }

    init(in text: DecodedText) {
        self.text = text
    }

    /// A value to replace.
    struct Value: Equatable {
        let range: Range<Int>
        /// The position of a quotation mark to put around the placeholder, to keep JSON valid.
        var quote: Int?
    }

    private static let start = Array("access".utf8)
    private static let end = Array("token".utf8)

    /// Calls `body` with each value, in order.
    func visit(_ body: (Value) -> Void) {
        var position = 0
        while let underscore = bytes[position...].firstIndex(of: UInt8(ascii: "_")) {
            position = underscore + 1
            guard isWord(Self.start, at: underscore - Self.start.count),
                isWord(Self.end, at: underscore + 1),
                !isLetterOrDigit(at: underscore - Self.start.count - 1)
            else { continue }
            position += Self.end.count
            guard let (value, next) = value(after: position) else { continue }
            position = next
            if !value.range.isEmpty { body(value) }
        }
    }

    /// Returns the value after a key that ends at `keyEnd`, and where to go on.
    private func value(after keyEnd: Int) -> (Value, next: Int)? {
        if let element = element(after: keyEnd) { return element }
        var index = keyEnd
        skipIndices(&index)
        let quote = isQuote(at: index) ? index : nil
        if quote != nil { index += 1 }
        skipBlanks(&index)
        guard let separator = byte(at: index),
            [UInt8(ascii: ":"), UInt8(ascii: "=")].contains(separator)
        else { return nil }
        index += 1
        skipBlanks(&index)
        guard let first = byte(at: index) else { return nil }
        if isQuote(at: index) {
            let end = endOfString(from: index)
            return (Value(range: index + 1..<end), end)
        }
        guard separator == UInt8(ascii: ":") else {
            let end = endOfItem(from: index)
            return (Value(range: index..<end), end)
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            // Without a key as in JSON it is prose, which does not say where the value ends.
            guard let quote, bytes[quote] == UInt8(ascii: "\"") else { return nil }
            let end = endOfContainer(from: index, level: text.originalLength(at: quote))
            return (Value(range: index..<end, quote: quote), end)
        }
        let end = endOfBareValue(from: index)
        let isConstant = ["null", "true", "false"].contains {
            bytes[index..<end].elementsEqual($0.utf8)
        }
        return isConstant ? nil : (Value(range: index..<end, quote: quote), end)
    }

    /// Returns the content of the XML element whose name ends at `nameEnd`, if it is one.
    private func element(after nameEnd: Int) -> (Value, next: Int)? {
        let name = nameEnd - Self.start.count - 1 - Self.end.count
        guard byte(at: name - 1) == UInt8(ascii: "<"), byte(at: nameEnd) == UInt8(ascii: ">") else {
            return nil
        }
        let end =
            bytes[(nameEnd + 1)...].firstIndex { byte in
                // A quotation mark ends the JSON string that contains the element.
                byte == UInt8(ascii: "<") || byte == UInt8(ascii: "\"")
            } ?? bytes.count
        return (Value(range: nameEnd + 1..<end), end)
    }

    private func byte(at index: Int) -> UInt8? {
        bytes.indices.contains(index) ? bytes[index] : nil
    }

    private func isQuote(at index: Int) -> Bool {
        byte(at: index).map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") } ?? false
    }

    private func isLetterOrDigit(at index: Int) -> Bool {
        guard let byte = byte(at: index) else { return false }
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Returns whether `word`, in lowercase, is at `index` in any case.
    private func isWord(_ word: [UInt8], at index: Int) -> Bool {
        guard index >= 0, index + word.count <= bytes.count else { return false }
        return word.indices.allSatisfy { bytes[index + $0] | 0x20 == word[$0] }
    }

    /// Skips what makes the value an element of an array or object: `access_token[0]=…`.
    private func skipIndices(_ index: inout Int) {
        while byte(at: index) == UInt8(ascii: "["),
            let end = bytes[index...].prefix(66).firstIndex(of: UInt8(ascii: "]"))
        {
            index = end + 1
        }
    }

    private func skipBlanks(_ index: inout Int) {
        while let byte = byte(at: index), isBlank(byte) { index += 1 }
    }

    private func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// Returns the position of the quotation mark that ends the string beginning at `start`, or the
    /// end of the text.
    private func endOfString(from start: Int) -> Int {
        let length = text.originalLength(at: start)
        var index = start + 1
        while index < bytes.count {
            // A quotation mark also ends the JSON string that an apostrophe is in.
            let isEnd = bytes[index] == bytes[start] || bytes[index] == UInt8(ascii: "\"")
            if isEnd, text.originalLength(at: index) <= length { return index }
            index += isEscape(at: index, upTo: length) ? 2 : 1
        }
        return bytes.count
    }

    /// Returns whether a backslash at `index` escapes what follows, in a string whose quotation marks
    /// have this length in the original text.
    private func isEscape(at index: Int, upTo length: Int) -> Bool {
        // A longer backslash is decoded already, and belongs to the value.
        guard bytes[index] == UInt8(ascii: "\\"), text.originalLength(at: index) <= length,
            let next = byte(at: index + 1)
        else { return false }
        // A shorter quotation mark ends the string that contains this one.
        return next != UInt8(ascii: "\"")
            || text.originalLength(at: index + 1) >= text.originalLength(at: index)
    }

    /// Returns the end of the JSON object or array that begins at `start`.
    ///
    /// - Parameter level: The length of its quotation marks in the original text.
    private func endOfContainer(from start: Int, level: Int) -> Int {
        var depth = 0
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index + 1 }
            case UInt8(ascii: "\""):
                // The end of the string that contains all of it.
                if text.originalLength(at: index) < level { return index }
                index = endOfString(from: index)
            default: break
            }
            index += 1
        }
        return bytes.count
    }

    /// Returns the end of the item of a form or query whose value begins at `start`.
    private func endOfItem(from start: Int) -> Int {
        bytes[start...].firstIndex { byte in
            byte <= 0x20 || byte == 0x7F || Self.itemEnds.contains(byte)
        } ?? bytes.count
    }

    /// Returns the end of a value without quotation marks, such as a number.
    private func endOfBareValue(from start: Int) -> Int {
        bytes[start...].firstIndex { byte in
            byte <= 0x20 || byte == 0x7F || Self.bareEnds.contains(byte)
        } ?? bytes.count
    }

    private static let itemEnds = Array("&#\"<>\\".utf8)
    private static let bareEnds = Array(",}]&\"<>\\".utf8)
}
