package import JSON
internal import Sodium

/// The name of an entry: `kind:id`, or `kind:id~suffix` (SECURITY.md, "Records").
public struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// The text form, as read by `init(text:)`.
    ///
    /// Stored as a whole, because references are compared far more often than they are split.
    public let description: String
    private let lengths: Lengths

    /// The kind of the entry.
    public var kind: Kind { Kind(part(0..<lengths.kind)) }

    /// The Graph API ID, in decimal digits.
    public var id: String { part(lengths.kind + 1..<lengths.base) }

    /// What distinguishes this entry from the one it belongs to, such as `previous`.
    public var suffix: String? {
        let end = description.utf8.count
        return lengths.base < end ? part(lengths.base + 1..<end) : nil
    }

    /// The kind of an entry; a vault may contain kinds from a later version.
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
        /// The token of an Instagram account.
        public static let instagram = Kind("instagram")
        /// The token of a Threads account.
        public static let threads = Kind("threads")
        /// The secret of an Instagram app.
        public static let instagramApp = Kind("instagram-app")
        /// The secret of a Threads app.
        public static let threadsApp = Kind("threads-app")
        /// A long-lived token whose owner is not known yet.
        ///
        /// Its ID is the Unix time of the exchange.
        public static let pending = Kind("pending")

        /// The kinds that a user can add.
        public static let addable: [Kind] = [
            .app, .user, .page, .system, .client, .instagram, .threads, .instagramApp, .threadsApp,
        ]

        /// Whether this version knows the kind.
        public var isKnown: Bool { Self.addable.contains(self) || self == .pending }

        /// Whether Meta treats the secret as an access token, which has a lifetime of its own.
        public var isToken: Bool { !isApp && self != .client }

        /// Whether the secret is that of an app, on any of Meta's platforms.
        public var isApp: Bool { self == .app || self == .instagramApp || self == .threadsApp }

        fileprivate init(_ word: String) { description = word }
    }

    /// Creates a reference from its parts, or returns `nil` if `id` or `suffix` is invalid.
    public init?(_ kind: Kind, _ id: String, suffix: String? = nil) {
        guard Self.isID(id) else { return nil }
        self.init(text: kind.description + ":" + id + (suffix.map { "~" + $0 } ?? ""))
    }

    /// Parses `text`, or returns `nil` if it is not exactly a reference.
    public init?(text: String) {
        guard let lengths = Lengths(spelling: text.utf8.span) else { return nil }
        self.lengths = lengths
        description = text
    }

    /// Parses `bytes`, or returns `nil` if they are not exactly a reference.
    init?(bytes: Span<UInt8>) {
        guard let lengths = Lengths(spelling: bytes), let text = try? UTF8Span(validating: bytes)
        else { return nil }
        self.lengths = lengths
        description = String(copying: text)
    }

    /// Whether this is the record in which a shared vault names the states it was made from, which
    /// is not an entry.
    public var isHidden: Bool { description == "history:1" }

    /// Returns whether `bytes` are exactly a reference.
    static func isSpelling(_ bytes: Span<UInt8>) -> Bool { Lengths(spelling: bytes) != nil }

    /// The reference of the value that the last rotation replaced.
    public var previous: Reference? { Reference(kind, id, suffix: "previous") }

    /// Returns whether `text` may refer to an entry by its ID or name: a word, a colon and
    /// something after it.
    public static func isPlausible(_ text: String) -> Bool {
        let bytes = text.utf8.span
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return isWord(bytes.extracting(first: colon)) && colon + 1 < bytes.count
    }

    /// Returns whether `text` has the form of a Graph API ID: `[1-9][0-9]{0,31}`.
    public static func isID(_ text: String) -> Bool { isID(text.utf8.span) }

    private static func isID(_ digits: Span<UInt8>) -> Bool {
        guard (1...32).contains(digits.count), digits[0] != UInt8(ascii: "0") else { return false }
        for index in digits.indices where !isDigit(digits[index]) { return false }
        return true
    }

    /// Returns whether `word` has the form of a kind or suffix: `[a-z][a-z0-9-]{0,31}`.
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

    /// Writes the members `ref`, `kind` and `id`.
    package func write(to document: inout JSONWriter) {
        let text = description.utf8.span
        document.name("ref")
        document.plainString(text)
        document.name("kind")
        document.plainString(text.extracting(first: lengths.kind))
        document.name("id")
        document.plainString(text.extracting(lengths.kind + 1..<lengths.base))
    }

    private func part(_ range: Range<Int>) -> String {
        let text = description.utf8
        let start = text.index(text.startIndex, offsetBy: range.lowerBound)
        return String(description[start..<text.index(start, offsetBy: range.count)])
    }

    /// The positions at which the text of a reference splits into its parts.
    private struct Lengths: Hashable {
        /// The length of the word before the colon, in bytes.
        let kind: Int
        /// The length of kind, colon and ID together, in bytes.
        let base: Int

        /// Returns `nil` if `text` is not a reference.
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
    /// Compares the texts bytewise, which is the order of the payload.
    public static func < (one: Reference, other: Reference) -> Bool {
        // The texts are ASCII, for which Swift's string order is the order of the bytes.
        one.description < other.description
    }
}
