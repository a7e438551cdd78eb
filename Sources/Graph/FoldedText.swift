internal import Sodium

/// A text in two simplified forms, each mapped back to the scalars of the original text.
struct FoldedText {
    /// The scalars of the original text.
    let scalars: [Unicode.Scalar]
    /// The text as a person reads it.
    ///
    /// Escapes are decoded, invisible characters removed, and Latin letters and digits of all kinds
    /// converted to ASCII. Whitespace becomes spaces; everything else becomes a control character.
    let readable: Form
    /// Only the letters and digits, in lowercase.
    let letters: Form

    /// ASCII bytes and, for each byte, the range of scalars it came from.
    struct Form {
        fileprivate(set) var bytes: [UInt8] = []
        fileprivate var origins: [Range<Int>] = []
    }

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var units = scalars.enumerated().map {
            Unit(scalar: $0.element, origin: $0.offset..<$0.offset + 1)
        }
        // Escapes may be nested. Each round shortens the text, so the loop ends.
        while let decoded = Self.decoded(units) { units = decoded }

        var readable = Form()
        var letters = Form()
        for unit in units where !unit.scalar.isInvisible {
            let byte = unit.scalar.asASCII
            readable.bytes.append(byte)
            readable.origins.append(unit.origin)
            let lower = byte | 0x20
            if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) {
                letters.bytes.append(lower)
            } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                letters.bytes.append(byte)
            } else {
                continue
            }
            letters.origins.append(unit.origin)
        }
        self.readable = readable
        self.letters = letters
    }

    /// The ranges of scalars that look like a secret, whether or not it is a known one.
    var suspiciousRanges: [Range<Int>] {
        let text = String(decoding: readable.bytes, as: UTF8.self)
        let values =
            text.matches(of: Self.parameter).map(\.1)
            + text.matches(of: Self.malformedToken).map(\.1)
        let tokens = [Self.appToken, Self.hexadecimalSecret, Self.prefixedToken].flatMap {
            text.matches(of: $0).map(\.output)
        }
        return (values + tokens).map { found in
            let start = text.utf8.distance(from: text.startIndex, to: found.startIndex)
            return readable.origin(of: start..<start + found.utf8.count)
        }
    }

    // A `Regex` is not `Sendable`, so each use creates its own. Only error handling needs them.

    private static var parameter: Regex<(Substring, Substring)> {
        /\b(?:access_token|input_token|fb_exchange_token|revoke_token|client_secret|code|appsecret_proof|machine_id|auth_nonce|client_token|id_token)=([^&\s"]+)/
    }

    private static var malformedToken: Regex<(Substring, Substring)> {
        /(?:Malformed access token|Invalid client_secret:)\s+(\S+)/
    }

    private static var prefixedToken: Regex<Substring> {
        /(?:EAA|CAA|XAA|IG[A-Z]|TH[A-Z])[0-9A-Za-z_\-]{8,}/
    }

    private static var appToken: Regex<Substring> {
        /\d{15,17}\|[\w\-]+/
    }

    private static var hexadecimalSecret: Regex<Substring> {
        /\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b/
    }
}

extension FoldedText.Form {
    /// Returns the range of scalars that a range of bytes came from.
    fileprivate func origin(of range: Range<Int>) -> Range<Int> {
        origins[range.lowerBound].lowerBound..<origins[range.upperBound - 1].upperBound
    }

    /// Returns the ranges of scalars where `form` occurs.
    ///
    /// The standard library's `ranges(of:)` takes a hundred times as long, which ten thousand names
    /// of pages make noticeable.
    func ranges(of form: [UInt8]) -> [Range<Int>] {
        guard let first = form.first else { return [] }
        let text = bytes.span
        var ranges: [Range<Int>] = []
        var next = 0
        while let start = text.firstIndex(of: first, from: next), start + form.count <= text.count {
            let isFound = text.extracting(start..<start + form.count).elementsEqual(form.span)
            if isFound { ranges.append(origin(of: start..<start + form.count)) }
            next = start + (isFound ? form.count : 1)
        }
        return ranges
    }

    /// Returns the longest range at the end of the text that is an incomplete `form`, or `nil`.
    ///
    /// The range holds the first bytes of `form`, at least `least` of them but not all.
    func truncatedRange(of form: [UInt8], atLeast least: Int) -> Range<Int>? {
        let most = min(form.count - 1, bytes.count)
        guard least <= most else { return nil }
        let length = (least...most).last { bytes.suffix($0).elementsEqual(form.prefix($0)) }
        return length.map { origin(of: bytes.count - $0..<bytes.count) }
    }
}

extension FoldedText {
    /// A scalar and the range of the original text it came from.
    private struct Unit {
        let scalar: Unicode.Scalar
        let origin: Range<Int>
    }

    /// Returns the text with one layer of escapes decoded, or `nil` if there is no escape.
    private static func decoded(_ units: [Unit]) -> [Unit]? {
        guard units.contains(where: { isEscapeStart($0.scalar) }) else { return nil }
        var decoded: [Unit] = []
        var rest = units[...]
        while let first = rest.first {
            if let (scalar, count) = escape(rest) {
                let range =
                    first.origin.lowerBound..<rest[rest.startIndex + count - 1].origin.upperBound
                decoded.append(Unit(scalar: scalar, origin: range))
                rest = rest.dropFirst(count)
            } else {
                decoded.append(first)
                rest = rest.dropFirst()
            }
        }
        return decoded.count < units.count ? decoded : nil
    }

    private static func isEscapeStart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "%", "\u{FF05}", "\\", "&": true
        default: false
        }
    }

    /// Returns the scalar encoded by an escape at the start of `units`, and the escape's length.
    private static func escape(_ units: ArraySlice<Unit>) -> (Unicode.Scalar, Int)? {
        switch units.first?.scalar {
        case "%", "\u{FF05}": return percentEscape(units)
        case "\\":
            let digits = [("u", 4), ("x", 2)].first { units.dropFirst().first?.scalar == $0.0 }?.1
            guard let digits, let value = number(units.dropFirst(2).prefix(digits), digits) else {
                return nil
            }
            return Unicode.Scalar(value).map { ($0, 2 + digits) }
        case "&": return entity(units)
        default: return nil
        }
    }

    /// Decodes one UTF-8 character in which each byte is written as `%XX`.
    private static func percentEscape(_ units: ArraySlice<Unit>) -> (Unicode.Scalar, Int)? {
        var bytes: [UInt8] = []
        var rest = units
        while bytes.count < 4, ["%", "\u{FF05}"].contains(rest.first?.scalar),
            let byte = number(rest.dropFirst().prefix(2), 2)
        {
            bytes.append(UInt8(byte))
            rest = rest.dropFirst(3)
            let scalars = String(validating: bytes, as: UTF8.self)?.unicodeScalars
            if let scalars, let scalar = scalars.first { return (scalar, 3 * bytes.count) }
        }
        return nil
    }

    /// Decodes `&amp;`, `&#69;` or `&#x45;`.
    private static func entity(_ units: ArraySlice<Unit>) -> (Unicode.Scalar, Int)? {
        let text = units.prefix(10).map { Character($0.scalar) }
        guard let end = text.firstIndex(of: ";") else { return nil }
        let name = String(text[1..<end])
        if name == "amp" { return ("&", end + 1) }
        guard name.hasPrefix("#") else { return nil }
        let isHexadecimal = name.lowercased().hasPrefix("#x")
        let value = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10)
        return value.flatMap { Unicode.Scalar($0) }.map { ($0, end + 1) }
    }

    /// Returns the value of `count` hexadecimal digits, or `nil` if `units` is anything else.
    private static func number(_ units: ArraySlice<Unit>, _ count: Int) -> UInt32? {
        let digits = units.compactMap { Character($0.scalar).hexDigitValue }
        guard digits.count == count, units.count == count else { return nil }
        return digits.reduce(0) { $0 * 16 + UInt32($1) }
    }
}

extension Unicode.Scalar {
    /// Whether the scalar is not visible on its own.
    ///
    /// These are format characters, combining marks, fillers, and control characters other than
    /// whitespace.
    var isInvisible: Bool {
        guard !isASCII || value < 0x20 || value == 0x7F else { return false }
        if properties.isDefaultIgnorableCodePoint { return true }
        switch properties.generalCategory {
        case .control: return !properties.isWhitespace
        case .format, .nonspacingMark, .enclosingMark, .spacingMark: return true
        default: return false
        }
    }

    /// The ASCII character of which this is a variant; a space for whitespace, otherwise 0x7F.
    fileprivate var asASCII: UInt8 {
        if isASCII {
            let byte = UInt8(value)
            return (0x09...0x0D).contains(byte) ? UInt8(ascii: " ") : byte
        }
        if properties.isWhitespace { return UInt8(ascii: " ") }
        // For example, the Kelvin sign lowercases to k.
        let lower = properties.lowercaseMapping.utf8
        if lower.count == 1, let letter = lower.first { return letter }
        if let letter = Self.lookalikes[self] { return UInt8(ascii: letter) }
        if (0xFF01...0xFF5E).contains(value) { return UInt8(value - 0xFEE0) }
        if properties.numericType == .decimal || properties.numericType == .digit,
            let number = properties.numericValue, (0...9).contains(number)
        {
            return UInt8(ascii: "0") + UInt8(number)
        }
        // "LATIN SMALL LETTER E WITH ACUTE", "MATHEMATICAL BOLD CAPITAL A".
        let words = (properties.name ?? "").split(separator: " ")
        let base = words.prefix { $0 != "WITH" }
        guard let last = base.last?.utf8, last.count == 1, let letter = last.first,
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
        else { return 0x7F }
        return base.contains("SMALL") ? letter | 0x20 : letter
    }

    /// Letters of other alphabets and Roman numerals that look like Latin letters.
    private static let lookalikes = Dictionary(
        uniqueKeysWithValues: zip(
            "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧοⅠⅤⅩⅬⅭⅮⅯⅰⅴⅹⅼⅽⅾⅿ".unicodeScalars,
            "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXoIVXLCDMivxlcdm".unicodeScalars))
}
