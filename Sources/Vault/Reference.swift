/// The name of an entry: `kind:id`, or `kind:id~suffix` (SECURITY.md, "Records").
public struct Reference: Hashable, Sendable, CustomStringConvertible {
    /// What the entry is.
    public let kind: Kind
    /// Graph's number for it, as decimal digits.
    public let id: String
    /// What sets it apart from the entry it belongs to, such as `previous`.
    public let suffix: String?

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
        self.init(text: "\(kind):\(id)" + (suffix.map { "~\($0)" } ?? ""))
    }

    /// The reference that `text` spells exactly, or nil.
    public init?(text: some StringProtocol) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let kind = text[..<colon]
        let rest = text[text.index(after: colon)...]
        let tilde = rest.firstIndex(of: "~")
        let id = rest[..<(tilde ?? rest.endIndex)]
        let suffix = tilde.map { rest[rest.index(after: $0)...] }
        guard Self.isWord(String(kind)), Self.isID(String(id)),
            suffix.map({ Self.isWord(String($0)) }) ?? true
        else { return nil }
        self.kind = Kind(String(kind))
        self.id = String(id)
        self.suffix = suffix.map { String($0) }
    }

    /// The same entry's value from before a rotation.
    public var previous: Reference? { Reference(kind, id, suffix: "previous") }

    /// The text that `init(text:)` reads.
    public var description: String {
        guard let suffix else { return "\(kind):\(id)" }
        return "\(kind):\(id)~\(suffix)"
    }

    /// Whether `text` may name an entry by its id or name: a word, a colon and something behind it.
    public static func isPlausible(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        return isWord(String(text[..<colon])) && text.index(after: colon) < text.endIndex
    }

    /// `[1-9][0-9]{0,31}`: how Graph numbers things.
    public static func isID(_ text: String) -> Bool {
        let digits = text.utf8
        return (1...32).contains(digits.count) && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// `[a-z][a-z0-9-]{0,31}`: how kinds and suffixes are spelled.
    public static func isWord(_ text: String) -> Bool {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let word = text.utf8
        return (1...32).contains(word.count) && letters.contains(word.first ?? 0)
            && word.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == 0x2D }
    }
}

extension Reference: Comparable {
    /// Bytewise order of the texts, as the payload is sorted.
    public static func < (one: Reference, other: Reference) -> Bool {
        one.description.utf8.lexicographicallyPrecedes(other.description.utf8)
    }
}
