package import Sodium
package import Vault

/// A kind of secret that the user pastes or writes into a file.
package enum PastedSecret: Equatable {
    case appSecret
    case clientToken
    /// A token of any platform; the command decides what to do with it.
    case token
    /// A token to be stored under this reference, or whose owner on the platform is not known yet.
    case tokenOf(MetaPlatform, Reference?)
    /// An authorization code.
    case code

    /// Creates the kind of secret that is stored under `reference`.
    package init(_ reference: Reference) {
        switch reference.kind {
        case .app, .instagramApp, .threadsApp: self = .appSecret
        case .client: self = .clientToken
        default:
            self = MetaPlatform(reference.kind).map { .tokenOf($0, reference) } ?? .token
        }
    }

    /// Returns why `text` cannot be such a secret, or `nil` if it can.
    ///
    /// It may be more than the secret, a placeholder, or another kind of secret. The error gives
    /// the position of the problem, but does not contain any of the text.
    package func fault(in text: SharedSecret) -> (any Error)? {
        text.withBytes { bytes in
            if let surroundings = Self.surroundings(in: bytes) { return surroundings }
            if let fault = Record.fault(inSecret: bytes) { return fault }
            let fault =
                Self.punctuation(in: bytes)
                ?? (self == .code ? nil : Self.foreignCharacter(in: bytes))
                ?? Self.placeholder(in: bytes)
                ?? mistakenKind(of: bytes)
            return fault
        }
    }

    // MARK: More than the secret

    private static func surroundings(in bytes: Span<UInt8>) -> PasteError? {
        // Placeholders in templates.
        let isInPercentSigns =
            bytes.count > 2 && bytes[0] == UInt8(ascii: "%")
            && bytes[bytes.count - 1] == UInt8(ascii: "%")
        if bytes.begins(with: "{{") || isInPercentSigns { return .placeholder }
        if bytes.count > 0, bytes[0] == UInt8(ascii: "{") || bytes[0] == UInt8(ascii: "[") {
            return .wholeResponse
        }
        if let separator = bytes.find("://") {
            var start = separator
            while start > 0, isLetter(bytes[start - 1]) { start -= 1 }
            return .address(offset: start)
        }
        for word in ["authorization:", "bearer ", "bearereaa", "oautheaa"] {
            if let offset = bytes.find(word), offset == 0 || !isLetter(bytes[offset - 1]) {
                return .header(offset: offset)
            }
        }
        guard let equalsSign = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        // Equals signs at the end are the padding of Base64.
        var valueStart = equalsSign
        while valueStart < bytes.count, bytes[valueStart] == UInt8(ascii: "=") { valueStart += 1 }
        var start = equalsSign
        while start > 0, isLetter(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "_") {
            start -= 1
        }
        let isName = start == 0 || [" ", "\t", "?", "&"].contains(Unicode.Scalar(bytes[start - 1]))
        guard valueStart < bytes.count, start < equalsSign, isName else { return nil }
        return .name(offset: start)
    }

    private static func punctuation(in bytes: Span<UInt8>) -> PasteError? {
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
                return .quotationMark(offset: index)
            case UInt8(ascii: "$") where index == 0, UInt8(ascii: "<") where index == 0:
                return .placeholder
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
                return .bracket(offset: index)
            case UInt8(ascii: "(") where index == 0,
                UInt8(ascii: ",") where index == bytes.count - 1,
                UInt8(ascii: ";") where index == bytes.count - 1,
                UInt8(ascii: ")") where index == bytes.count - 1:
                return .adjacentMark(offset: index)
            default: continue
            }
        }
        if let offset = bytes.find("***") { return .asterisks(offset: offset) }
        if let offset = bytes.find("...") { return .dots(offset: offset) }
        if let offset = bytes.find("%7c") { return .encodedBar(offset: offset) }
        return nil
    }

    /// Returns an error for characters that app secrets and tokens do not contain, although
    /// authorization codes may.
    private static func foreignCharacter(in bytes: Span<UInt8>) -> PasteError? {
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "%"): return .percentSign(offset: index)
            case UInt8(ascii: "#"): return .hashSign(offset: index)
            case UInt8(ascii: "\\"): return .backslash(offset: index)
            case UInt8(ascii: ":"): return .colon(offset: index)
            default: continue
            }
        }
        // A token from Meta consists of letters and digits, with nothing directly in front of it.
        let startsWithToken = (0...min(1, bytes.count)).contains { start in
            MetaPlatform(ofToken: bytes.extracting(start..<bytes.count)) != nil
        }
        if startsWithToken,
            let index = bytes.indices.first(where: {
                Array("&<>,;@*()^~".utf8).contains(bytes[$0])
            })
        {
            return .mark(offset: index)
        }
        let marks = Array(".,;!?".utf8)
        for index in [0, bytes.count - 1] where marks.contains(bytes[index]) {
            return .adjacentMark(offset: index)
        }
        return nil
    }

    // MARK: Placeholders

    private static func placeholder(in bytes: Span<UInt8>) -> PasteError? {
        guard bytes.count <= 64 else { return nil }
        // The letter x repeated, possibly after the prefix of a token.
        let first = prefixLength(of: bytes)
        let isCrossedOut = (first..<bytes.count).allSatisfy { index in
            Array("xX-_|".utf8).contains(bytes[index])
        }
        let crosses = (first..<bytes.count).count { bytes[$0] | 0x20 == UInt8(ascii: "x") }
        if isCrossedOut, crosses >= (first > 0 ? 1 : 6) { return .placeholder }
        for word in [
            "placeholder", "changeme", "change_me", "change-me", "replace_me", "replace-me",
        ]
        where bytes.find(word) != nil {
            return .placeholder
        }
        // Words without digits; a real secret has digits.
        var word = ""
        var words: [String] = []
        // The prefix of a token, and one more letter, may come first, as in EAAB_your_token.
        let afterPrefix = first > 0 ? first + 1 : 0
        let start =
            afterPrefix > 0 && bytes.count > afterPrefix && !isLetter(bytes[afterPrefix])
            ? afterPrefix : first
        for index in start..<bytes.count {
            let byte = bytes[index]
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            if ["_", "-", "."].contains(Unicode.Scalar(byte)) {
                words.append(word)
                word = ""
            } else if isLetter(byte) {
                // camelCase
                if isUpper, index > start, !isUpperCase(bytes[index - 1]) {
                    words.append(word)
                    word = ""
                }
                word.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
            } else {
                return nil
            }
        }
        words.append(word)
        let parts = words.compactMap(parts)
        return parts.count == words.count && parts.joined().contains(where: nouns.contains)
            ? .placeholder : nil
    }

    private static func isUpperCase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// Splits `word` into words of the dictionary, or returns `nil` if that is not possible.
    private static func parts(of word: String) -> [String]? {
        if dictionary.contains(word) { return [word] }
        // Only text that addresses the user is split: random letters may happen to consist of short
        // words.
        guard word.hasPrefix("your") || word.hasPrefix("insert") || word.hasSuffix("here") else {
            return nil
        }
        var rest = word[...]
        var parts: [String] = []
        while !rest.isEmpty {
            guard
                let length = (1...rest.count).reversed().first(where: { length in
                    dictionary.contains(String(rest.prefix(length)))
                })
            else { return nil }
            parts.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return parts
    }

    private static let nouns: Set = [
        "token", "tokens", "secret", "key", "password", "here", "your", "yours", "todo", "null",
        "none", "nil", "undefined", "example", "accesstoken", "appsecret", "clientsecret",
        "redacted", "fixme", "tbd", "dummy", "true", "false",
    ]

    private static let dictionary: Set<String> = nouns.union([
        "", "a", "access", "actual", "add", "an", "app", "application", "client", "code", "copy",
        "enter", "facebook", "fb", "from", "goes", "id", "ig", "insert", "instagram", "lived",
        "long",
        "me", "meta", "my", "new", "of", "old", "page", "paste", "put", "real", "replace", "short",
        "some", "system", "the", "this", "threads", "user", "value", "with",
    ])

    // MARK: Another kind

    private func mistakenKind(of bytes: Span<UInt8>) -> PasteError? {
        let platform = MetaPlatform(ofToken: bytes)
        switch self {
        case .code:
            return nil
        case .token:
            return Self.shortness(of: bytes)
        case .tokenOf(let expected, let reference):
            if let platform, platform != expected {
                return .otherPlatform(
                    platform, expected: expected,
                    next: reference.map(platform.addition) ?? "tokenvault help add")
            }
            return Self.shortness(of: bytes)
        case .appSecret, .clientToken:
            if platform != nil { return .accessToken }
            guard let bar = bytes.firstIndex(of: UInt8(ascii: "|")) else { return nil }
            return .appToken(offset: bar)
        }
    }

    /// Returns an error if only the beginning of a token was copied: those of Meta have a hundred
    /// characters or more.
    private static func shortness(of bytes: Span<UInt8>) -> PasteError? {
        let prefix = prefixLength(of: bytes)
        return prefix > 0 && bytes.count < prefix + 3 ? .cutShort : nil
    }

    /// Returns the length of the prefix that shows the platform of a token, or 0.
    private static func prefixLength(of bytes: Span<UInt8>) -> Int {
        MetaPlatform.tokenPrefixes.first { bytes.begins(with: $0) }?.utf8.count ?? 0
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

extension Span<UInt8> {
    /// Returns the offset of the first occurrence of `word`, ignoring case, or `nil`.
    ///
    /// `word` must be lowercase ASCII.
    fileprivate func find(_ word: String) -> Int? {
        let word = word.utf8.span
        guard word.count <= count else { return nil }
        return (0...(count - word.count)).first { start in
            word.indices.allSatisfy { index in
                let byte = self[start + index]
                let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                return (isUpper ? byte | 0x20 : byte) == word[index]
            }
        }
    }

    /// Returns whether the bytes begin with `word`, which must have the same case.
    package func begins(with word: String) -> Bool {
        let word = word.utf8.span
        return word.count <= count && word.indices.allSatisfy { self[$0] == word[$0] }
    }
}
