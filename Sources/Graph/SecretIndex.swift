internal import Sodium

/// A search for many secrets at once, in every spelling.
///
/// A character may be written as it is, percent-encoded or escaped as in JSON, and the first
/// character of an escape may be escaped again. Each character of a secret may be spelled in
/// another way, and nothing in front of a secret can hide it.
struct SecretIndex: Sendable {
    /// The secrets in bytewise order, without duplicates.
    private let secrets: [SharedSecret]
    /// For each byte, the index of the first secret that starts with it or a later one.
    private let starts: [Int]

    /// The minimum number of bytes in a secret; shorter ones are left out.
    static let minCount = 8
    /// The maximum number of times that one match may go on in several ways.
    ///
    /// It bounds the time for secrets that consist of percent signs or backslashes. All others can
    /// go on in one way only.
    private static let maxForks = 4

    init(_ secrets: [SharedSecret]) {
        let sorted = secrets.filter { $0.count >= Self.minCount }.sorted(by: Self.precedes)
        var unique: [SharedSecret] = []
        for secret in sorted where unique.last.map({ Self.precedes($0, secret) }) ?? true {
            unique.append(secret)
        }
        self.secrets = unique
        var starts: [Int] = []
        var index = 0
        for byte in 0..<256 {
            while index < unique.count, Self.byte(0, of: unique[index]) < byte { index += 1 }
            starts.append(index)
        }
        self.starts = starts + [unique.count]
    }

    /// Calls `found` with the range of the longest secret at each position where there is one.
    ///
    /// The ranges may overlap. Their lower bounds increase.
    func forEachRange(in text: [UInt8], _ found: (Range<Int>) -> Void) {
        guard !secrets.isEmpty else { return }
        for start in text.indices {
            let byte = Int(text[start])
            guard starts[byte] < starts[byte + 1] || Self.isEscapeStart(text[start]) else {
                continue
            }
            if let end = longestMatch(in: text, from: start) { found(start..<end) }
        }
    }

    /// A spelling of the beginning of some secrets.
    private struct Match {
        /// The position after it.
        var position: Int
        /// The number of characters.
        var count: Int
        /// The indices of the secrets.
        var candidates: Range<Int>
    }

    /// Returns the position after the longest secret that is spelled at `start`, or `nil`.
    private func longestMatch(in text: [UInt8], from start: Int) -> Int? {
        var longest: Int?
        var forks = 0
        // Not recursive: a long secret must not use up the stack.
        var open = [Match(position: start, count: 0, candidates: secrets.indices)]
        while let match = open.popLast() {
            if match.position > start { note(match, &longest) }
            var next = nextMatches(after: match, in: text)
            if next.count > 1 {
                forks += 1
                if forks > Self.maxForks { next.removeFirst(next.count - 1) }
            }
            open += next
        }
        return longest
    }

    /// Returns the matches with one more character, which may be spelled in several ways.
    private func nextMatches(after match: Match, in text: [UInt8]) -> [Match] {
        guard match.position < text.count else { return [] }
        let byte = text[match.position]
        let plain = self.match(match, by: byte, endingAt: match.position + 1)
        guard Self.isEscapeStart(byte) else { return plain.map { [$0] } ?? [] }
        let escaped = Spelling.escapes(in: text, at: match.position).compactMap { escape in
            self.match(match, by: escape.byte, endingAt: escape.end)
        }
        return (plain.map { [$0] } ?? []) + escaped
    }

    /// Records the end of a match if one of its secrets is complete.
    private func note(_ match: Match, _ longest: inout Int?) {
        guard secrets[match.candidates.lowerBound].count == match.count else { return }
        longest = max(longest ?? 0, match.position)
    }

    /// Returns the match with one more character, or `nil` if no secret has it there.
    private func match(_ match: Match, by byte: UInt8, endingAt end: Int) -> Match? {
        let index = match.count
        var candidates = match.candidates
        if index == 0 {
            candidates = starts[Int(byte)]..<starts[Int(byte) + 1]
        } else {
            // The secret that ends here sorts before those that go on.
            if secrets[candidates.lowerBound].count == index {
                candidates = candidates.lowerBound + 1..<candidates.upperBound
            }
            let lower = firstIndex(in: candidates, at: index, atLeast: Int(byte))
            let upper = firstIndex(in: candidates, at: index, atLeast: Int(byte) + 1)
            candidates = lower..<upper
        }
        return candidates.isEmpty
            ? nil : Match(position: end, count: index + 1, candidates: candidates)
    }

    /// Returns the first of the sorted candidates whose byte at `index` is at least `byte`.
    private func firstIndex(in candidates: Range<Int>, at index: Int, atLeast byte: Int) -> Int {
        var (lower, upper) = (candidates.lowerBound, candidates.upperBound)
        while lower < upper {
            let middle = (lower + upper) / 2
            if Self.byte(index, of: secrets[middle]) < byte {
                lower = middle + 1
            } else {
                upper = middle
            }
        }
        return lower
    }

    private static func byte(_ index: Int, of secret: SharedSecret) -> Int {
        secret.withBytes { Int($0[index]) }
    }

    private static func isEscapeStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\\")
    }

    /// Returns whether a secret sorts before another one.
    private static func precedes(_ one: SharedSecret, _ other: SharedSecret) -> Bool {
        one.withBytes { one in
            other.withBytes { other in
                for index in 0..<min(one.count, other.count) where one[index] != other[index] {
                    return one[index] < other[index]
                }
                return one.count < other.count
            }
        }
    }
}

/// The ways to write a character.
enum Spelling {
    /// A character that is written as an escape, and the position after it.
    struct Escape {
        let byte: UInt8
        let end: Int
    }

    /// The number of times that the first character of an escape may be escaped.
    private static let maxDepth = 3

    /// Returns the characters that an escape at `start` may stand for; the text is not known to be
    /// encoded in any particular way.
    static func escapes(in text: [UInt8], at start: Int) -> [Escape] {
        var found: [Escape] = []
        // What the first character of an escape may be spelled as.
        var firsts = [Escape(byte: text[start], end: start + 1)]
        for _ in 0..<maxDepth {
            firsts = firsts.flatMap { escapes(in: text, after: $0) }
            guard !firsts.isEmpty else { break }
            found += firsts
        }
        return found
    }

    /// Returns the escapes that begin with a character.
    private static func escapes(in text: [UInt8], after first: Escape) -> [Escape] {
        switch first.byte {
        case UInt8(ascii: "%"):
            return number(in: text, at: first.end, digits: 2)
        case UInt8(ascii: "\\") where first.end < text.count:
            let next = text[first.end]
            if next == UInt8(ascii: "u") {
                return number(in: text, at: first.end + 1, digits: 4)
            }
            let isEscaped = Array("\"\\/".utf8).contains(next)
            return isEscaped ? [Escape(byte: next, end: first.end + 1)] : []
        default:
            return []
        }
    }

    private static func number(in text: [UInt8], at start: Int, digits: Int) -> [Escape] {
        guard let value = hexadecimalValue(in: text, at: start, digits: digits) else { return [] }
        return UInt8(exactly: value).map { [Escape(byte: $0, end: start + digits)] } ?? []
    }
}
