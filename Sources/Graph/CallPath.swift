import HTTP

/// A path of a platform's API that the user chose, with or without a query.
///
/// It is checked so strictly that the call can only reach the API under its version, and that it
/// cannot carry a token or proof other than the vault's.
public struct CallPath: Equatable, Sendable {
    /// The first segment if it may be the reference of an entry, such as `page:1`.
    public let reference: String?
    /// The query in its encoded form, without its question mark.
    let query: String
    /// The encoded path without the reference; after a reference, empty or with a slash in front.
    private let rest: String

    /// Why a path cannot be used.
    public enum Unusable: Error, CaseIterable, Equatable {
        case empty
        /// It begins with a scheme, such as `https:`.
        case scheme
        /// A segment in the middle is empty: `//`.
        case emptySegment
        /// A segment is `.` or `..`, in any encoding.
        case dotSegment
        /// It contains a backslash, a number sign, a space or a control character.
        case character
        /// A percent sign is not followed by two hexadecimal digits.
        case percentSign
        /// Its escapes are not those of a UTF-8 text; the HTTP library would send the call to the root.
        case encoding
        /// It contains `access_token` or `appsecret_proof`, in any encoding.
        case secretParameter
    }

    /// Parses a path such as `me/accounts?fields=name` or `page:1/feed`, with or without a slash in
    /// front.
    public init(_ text: String) throws(Unusable) {
        guard !text.unicodeScalars.contains(where: Self.isForbidden) else { throw .character }
        let path = text.hasPrefix("/") ? text.dropFirst() : text[...]
        let parts = path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let head = parts[0].prefix { $0 != "/" }
        reference = head.contains(":") ? String(head) : nil
        let rest = reference == nil ? parts[0] : parts[0].dropFirst(head.count)
        try Self.check(rest, isWhole: reference == nil)
        let query = parts.count > 1 ? parts[1] : ""
        try Self.check(query: query)
        self.rest = Self.encoded(rest)
        self.query = Self.encoded(query)
    }

    /// Returns the path with the ID in place of the reference.
    func path(id: String?) -> String { (reference == nil ? "" : id ?? "") + rest }

    /// The first segment, which is empty after a reference.
    public var start: String { String(rest.prefix { $0 != "/" }) }

    /// Whether the path begins with a version, such as `v26.0/me`.
    public var beginsWithVersion: Bool { GraphVersion.isName(start.lowercased()) }

    /// Whether the query makes Meta treat a GET call as another one.
    public var changesMethod: Bool {
        // Some servers also split a query at semicolons.
        query.split { $0 == "&" || $0 == ";" }.contains { item in
            CallParameter.isMethod(String(item.prefix { $0 != "=" }))
        }
    }

    /// Returns the query without the parameters of these names.
    func query(without names: Set<String>) -> String {
        query.split(separator: "&").filter { item in
            !names.contains(CallParameter.plainName(Array(item.prefix { $0 != "=" }.utf8)))
        }.joined(separator: "&")
    }

    /// Returns whether a character must not occur anywhere, not even in a name or a query.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "\\" || scalar == "#" { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: return true
        default: return false
        }
    }

    /// Checks the part of a path that is sent as it is.
    private static func check(_ path: Substring, isWhole: Bool) throws(Unusable) {
        guard !path.isEmpty || !isWhole else { throw .empty }
        guard !path.contains(where: \.isWhitespace) else { throw .character }
        guard isPercentEncoded(path) else { throw .percentSign }
        let decoded = PercentEscapes.decodedCompletely(Array(path.utf8))
        guard String(validating: decoded, as: UTF8.self) != nil else { throw .encoding }
        guard
            !decoded.contains(where: { byte in
                byte <= 0x20 || byte == 0x7F || Array("\\#?".utf8).contains(byte)
            })
        else { throw .character }
        var segments = decoded.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // Only now is an encoded colon seen: one that is not encoded is in front of a reference.
        if isWhole, segments[0].contains(UInt8(ascii: ":")) { throw .scheme }
        // What follows a reference begins with a slash, and any path may end with one.
        if !isWhole { segments.removeFirst() }
        if segments.count > 1, segments.last?.isEmpty == true { segments.removeLast() }
        for segment in segments {
            guard !segment.isEmpty || (!isWhole && segments.count == 1) else { throw .emptySegment }
            guard !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8) else {
                throw .dotSegment
            }
            guard !CallParameter.namesSecret(Array(segment)) else { throw .secretParameter }
        }
    }

    private static func check(query: Substring) throws(Unusable) {
        guard !query.contains(where: \.isWhitespace) else { throw .character }
        guard isPercentEncoded(query) else { throw .percentSign }
        for item in query.split(separator: "&") {
            let name = item.prefix { $0 != "=" }
            guard !CallParameter.namesSecret(Array(name.utf8)),
                !CallParameter.assignsSecret(Array(item.utf8))
            else { throw .secretParameter }
        }
    }

    /// Returns whether each percent sign begins an escape.
    private static func isPercentEncoded(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            rest in
            let digits = rest.utf8.prefix(2)
            return digits.count == 2 && digits.allSatisfy { hexadecimalValue(of: $0) != nil }
        }
    }

    /// Returns the text with the characters encoded that a URL cannot contain; escapes stay.
    private static func encoded(_ text: Substring) -> String {
        let plain = Array("!$&'()*+,;=:@/?%-._~".utf8)
        return text.utf8.map { byte in
            let isPlain =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
                || plain.contains(byte)
            return isPlain ? String(Unicode.Scalar(byte)) : percentEncoded([byte])
        }.joined()
    }
}

/// The names and values of parameters that the user chose.
public enum CallParameter {
    /// The parameters that tokenvault itself sends, in letters only.
    private static let secretNames = ["accesstoken", "appsecretproof"]

    /// Returns whether a name is that of the token or the proof, in any case and encoding.
    ///
    /// Servers replace some characters in names with underscores, so only letters and digits count.
    public static func namesSecret(_ name: [UInt8]) -> Bool {
        DecodedText.layers(of: PercentEscapes.decodedCompletely(name)).contains { layer in
            let letters = letters(of: layer.bytes)
            return secretNames.contains { name in
                letters.indices.contains { letters[$0...].starts(with: name.utf8) }
            }
        }
    }

    /// Returns whether a value contains an assignment to the token or the proof, such as a URL or
    /// the calls of a batch.
    ///
    /// The names alone are allowed: `fields=name,access_token`.
    public static func assignsSecret(_ value: [UInt8]) -> Bool {
        DecodedText.layers(of: PercentEscapes.decodedCompletely(value)).contains { layer in
            let text = String(decoding: layer.bytes, as: UTF8.self)
            return text.firstMatch(
                of:
                    /(?:access[_.\s\-]token|appsecret[_.\s\-]proof)(?:\[[^\]]{0,64}\]|["'\\\]\s])*[=:]/
                    .ignoresCase()) != nil
        }
    }

    /// Returns whether a parameter makes Meta treat a GET call as another one.
    public static func isMethod(_ name: String) -> Bool { plainName(Array(name.utf8)) == "method" }

    /// Returns the letters and digits of a decoded name, in lowercase.
    static func plainName(_ name: [UInt8]) -> String {
        String(
            decoding: letters(of: PercentEscapes.decodedCompletely(name)), as: UTF8.self)
    }

    private static func letters(of text: [UInt8]) -> [UInt8] {
        text.compactMap { byte in
            let lower = byte | 0x20
            if byte < 0x80, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower) { return lower }
            return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte : nil
        }
    }
}

/// The escapes of URLs.
enum PercentEscapes {
    /// Returns the bytes without any escapes, however often they were encoded.
    ///
    /// This takes a single pass: whatever an escape becomes may be the last digit of the next one.
    static func decodedCompletely(_ text: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        for byte in text {
            decoded.append(byte)
            while decoded.count >= 3, decoded[decoded.count - 3] == UInt8(ascii: "%"),
                let high = hexadecimalValue(of: decoded[decoded.count - 2]),
                let low = hexadecimalValue(of: decoded[decoded.count - 1])
            {
                decoded.removeLast(3)
                decoded.append(UInt8(high << 4 | low))
            }
        }
        return decoded
    }
}
