import Graph

/// The obvious way to mask secrets, for comparison: tries every spelling of every character at every
/// position.
struct SlowMask {
    let secrets: [[UInt8]]

    /// Returns the text with the union of all occurrences replaced.
    func masked(_ text: [UInt8]) -> [UInt8] {
        var masked: [UInt8] = []
        var position = 0
        for range in ranges(in: text) {
            masked += text[position..<range.lowerBound] + Array("[redacted]".utf8)
            position = range.upperBound
        }
        return masked + text[position...]
    }

    /// Returns the ranges of the secrets; those that overlap are merged.
    func ranges(in text: [UInt8]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for start in text.indices {
            let ends = secrets.filter { $0.count >= 8 }.flatMap {
                self.ends(of: $0[...], in: text, start)
            }
            guard let end = ends.max() else { continue }
            if let last = merged.last, start < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(end, last.upperBound)
            } else {
                merged.append(start..<end)
            }
        }
        return merged
    }

    /// Returns the positions at which a spelling of the rest of a secret may end.
    private func ends(of rest: ArraySlice<UInt8>, in text: [UInt8], _ start: Int) -> [Int] {
        guard let first = rest.first else { return [start] }
        return Self.spellings[Int(first)].flatMap { spelling in
            text[start...].starts(with: spelling)
                ? ends(of: rest.dropFirst(), in: text, start + spelling.count) : []
        }
    }

    /// All spellings of each ASCII character, with escapes nested twice.
    static let spellings = (UInt8(0)..<128).map { byte in
        let once = escapes(of: byte)
        let twice = once.flatMap { escape in
            // The first character of an escape is the one that gets escaped again.
            escapes(of: escape[0]).map { $0 + escape.dropFirst() }
        }
        return Set([[byte]] + once + twice).sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func escapes(of byte: UInt8) -> [[UInt8]] {
        let digits = (byte < 16 ? "0" : "") + String(byte, radix: 16)
        var escapes = ["%\(digits)", "%\(digits.uppercased())"]
        escapes += ["\\u00\(digits)", "\\u00\(digits.uppercased())"]
        if Array("\"\\/".utf8).contains(byte) { escapes.append("\\\(Unicode.Scalar(byte))") }
        return escapes.map { Array($0.utf8) }
    }
}

/// Random numbers that are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A random text made of secrets in random spellings and of other characters.
struct RandomText {
    var generator: SeededGenerator

    /// Returns a text of up to twelve pieces; `junk` are the other characters.
    mutating func make(of secrets: [[UInt8]], junk: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            if Bool.random(using: &generator), let secret = secrets.randomElement(using: &generator)
            {
                // Sometimes only a part of it.
                let count =
                    Int.random(in: 0..<4, using: &generator) > 0
                    ? secret.count : Int.random(in: 0...secret.count, using: &generator)
                text += spelled(secret.prefix(count))
            } else {
                for _ in 0..<Int.random(in: 0...6, using: &generator) {
                    if let byte = junk.randomElement(using: &generator) { text.append(byte) }
                }
            }
        }
        return text
    }

    private mutating func spelled(_ secret: ArraySlice<UInt8>) -> [UInt8] {
        let isPlain = Bool.random(using: &generator)
        return secret.flatMap { byte -> [UInt8] in
            guard !isPlain || Int.random(in: 0..<12, using: &generator) == 0 else { return [byte] }
            return SlowMask.spellings[Int(byte)].randomElement(using: &generator) ?? [byte]
        }
    }
}
