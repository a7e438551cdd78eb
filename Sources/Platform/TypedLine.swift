internal import Sodium

/// A line of input while it is typed, pasted and erased.
struct TypedLine: ~Copyable {
    private(set) var text = Secret(minimumCapacity: 256)
    private let limit: Int
    private(set) var isTooLong = false
    /// Whether more than one line was pasted.
    private(set) var hasSeveralLines = false
    /// Whether the paste ended with a line break, which is not part of the line.
    private var endsInBreak = false

    /// Creates a line of up to `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// The number of bytes so far.
    var count: Int { text.count }

    /// Applies the effect of a key to the line.
    mutating func apply(_ key: KeyDecoder.Key) {
        switch key {
        case .byte(let byte): append(byte)
        case .pastedLineBreak: endsInBreak = true
        case .erase where endsInBreak: endsInBreak = false
        case .erase: text.truncate(to: text.startOfLastCharacter)
        case .eraseWord: text.truncate(to: text.startOfLastWord)
        case .eraseLine:
            text.truncate(to: 0)
            (isTooLong, hasSeveralLines, endsInBreak) = (false, false, false)
        case .enter, .end, .signal: break
        }
    }

    /// Takes note of a key that arrived together with the end of the line.
    mutating func noteRest(_ key: KeyDecoder.Key) {
        if case .byte = key { hasSeveralLines = true }
    }

    private mutating func append(_ byte: UInt8) {
        if endsInBreak { hasSeveralLines = true }
        guard count < limit else {
            isTooLong = true
            return
        }
        text.append(byte)
    }
}

extension Secret {
    /// The start of the last character, including all of its bytes in UTF-8.
    ///
    /// A byte that is not part of a character counts as one.
    fileprivate var startOfLastCharacter: Int {
        withBytes { bytes in
            let end = bytes.count
            for length in 2...4 where length <= end {
                let character = bytes.extracting((end - length)..<end)
                if Self.length(of: character[0]) == length, Self.isUTF8(character) {
                    return end - length
                }
            }
            return max(0, end - 1)
        }
    }

    private static func length(of lead: UInt8) -> Int {
        switch lead {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    private static func isUTF8(_ bytes: Span<UInt8>) -> Bool {
        (try? UTF8Span(validating: bytes)) != nil
    }

    /// The start of the last word, which may be followed by spaces.
    fileprivate var startOfLastWord: Int {
        withBytes { bytes in
            let space = UInt8(ascii: " ")
            var end = bytes.count
            while end > 0, bytes[end - 1] == space { end -= 1 }
            while end > 0, bytes[end - 1] != space { end -= 1 }
            return end
        }
    }
}
