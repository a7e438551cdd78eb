internal import Sodium

/// The name of an entry: `kind:id`, or `kind:id~suffix` (SECURITY.md, "Records").
public struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// The text that `init(text:)` reads.
    ///
    /// Kept whole: references are compared far more often than they are taken apart.
    public let description: String
    private let lengths: Lengths

    /// What the entry is.
    public var kind: Kind { Kind(part(0..<lengths.kind)) }

    /// Graph's number for it, as decimal digits.
    public var id: String { part(lengths.kind + 1..<lengths.base) }

    /// What sets it apart from the entry it belongs to, such as `previous`.
    public var suffix: String? {
        let end = description.utf8.count
        return lengths.base < end ? part(lengths.base + 1..<end) : nil
    }

    /// The kinds of entries; a vault may hold others, made by a later version.
    public struct Kind: Hashable, Sendable, CustomStringConvertible {
        /// The word before the colon.
        public let description: String

        /// An app secret.
        public static let app = Kind("app")
        /// A user token.
        public static let user = Kind("user")
        /// A page token.
        public static let page = Kind("page")
        /// A system user's token.
        public static let system = Kind("system")
        /// A client token.
        public static let client = Kind("client")
        /// A long-lived token whose owner is not known yet; the id is the Unix time of its exchange.
        public static let pending = Kind("pending")

        /// The kinds that a person can add.
        public static let addable: [Kind] = [.app, .user, .page, .system, .client]

        /// Whether this version gives the kind a meaning.
        public var isKnown: Bool { Self.addable.contains(self) || self == .pending }

        /// Whether Meta calls such a secret an access token, with a life of its own.
        public var isToken: Bool { self != .app && self != .client }

        fileprivate init(_ word: String) { description = word }
    }

    /// The reference with these parts, or nil when the id is not one.
    public init?(_ kind: Kind, _ id: String, suffix: String? = nil) {
        guard Self.isID(id) else { return nil }
        self.init(text: kind.description + ":" + id + (suffix.map { "~" + $0 } ?? ""))
    }

    /// The reference that `text` spells exactly, or nil.
    public init?(text: String) {
        guard let lengths = Lengths(spelling: text.utf8.span) else { return nil }
        self.lengths = lengths
        description = text
    }

    /// The reference that `bytes` spell exactly, or nil.
    init?(bytes: Span<UInt8>) {
        guard let lengths = Lengths(spelling: bytes), let text = try? UTF8Span(validating: bytes)
        else { return nil }
        self.lengths = lengths
        description = String(copying: text)
    }

    /// The same entry's value from before a rotation.
    public var previous: Reference? { Reference(kind, id, suffix: "previous") }

    /// Whether `text` may name an entry by its id or name: a word, a colon and something behind it.
    public static func isPlausible(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return isWord(bytes.extracting(first: colon)) && colon + 1 < bytes.count
    }

    /// `[1-9][0-9]{0,31}`: how Graph numbers things.
    public static func isID(_ text: String) -> Bool { isID(text.utf8.span) }

    private static func isID(_ digits: Span<UInt8>) -> Bool {
        guard (1...32).contains(digits.count), digits[0] != UInt8(ascii: "0") else { return false }
        for index in digits.indices where !isDigit(digits[index]) { return false }
        return true
    }

    /// `[a-z][a-z0-9-]{0,31}`: how kinds and suffixes are spelled.
    private static func isWord(_ word: Span<UInt8>) -> Bool {
        guard (1...32).contains(word.count), isLetter(word[0]) else { return false }
        for index in word.indices {
            let character = word[index]
            guard isLetter(character) || isDigit(character) || character == UInt8(ascii: "-")
            else { return false }
        }
        return true
    }

    private static func isDigit(_ character: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(character)
    }

    private static func isLetter(_ character: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character)
    }

    private func part(_ range: Range<Int>) -> String {
        let text = description.utf8
        let start = text.index(text.startIndex, offsetBy: range.lowerBound)
        return String(description[start..<text.index(start, offsetBy: range.count)])
    }

    /// Where the parts of a reference lie in its text.
    private struct Lengths: Hashable {
        /// Bytes of the word before the colon.
        let kind: Int
        /// Bytes of kind, colon and id.
        let base: Int

        /// Nil where `text` spells no reference.
        init?(spelling text: Span<UInt8>) {
            guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let tilde = text.firstIndex(of: UInt8(ascii: "~"), from: colon)
            kind = colon
            base = tilde ?? text.count
            guard Reference.isWord(text.extracting(first: kind)),
                Reference.isID(text.extracting(colon + 1..<base))
            else { return nil }
            if let tilde, !Reference.isWord(text.extracting(tilde + 1..<text.count)) { return nil }
        }
    }
}

extension Reference: Comparable {
    /// Bytewise order of the texts, as the payload is sorted.
    public static func < (one: Reference, other: Reference) -> Bool {
        // All of it is ASCII, where Swift's order of strings is that of the bytes.
        one.description < other.description
    }
}
