package import JSON
internal import Sodium

/// The metadata of a record as it is stored: checked, but with its values still in the text.
///
/// Commands that read a million entries use it, because no value becomes a string until it is
/// needed.
public struct StoredMetadata: Sendable {
    /// The keys that this version knows.
    package enum Key: Int, CaseIterable, Sendable {
        case name
        case nameIsChosen
        case app
        case user
        case category
        case scopes
        case tasks
        case expiresAt
        case dataAccessExpiresAt
        case addedAt
        case changedAt
        case checkedAt
        case valid
        case reason
        case machineID
        case instagramID
        case instagramUsername

        /// The key as it is written, with quotes and colon.
        package var written: StaticString {
            switch self {
            case .name: #""name":"#
            case .nameIsChosen: #""name_chosen":"#
            case .app: #""app":"#
            case .user: #""user":"#
            case .category: #""category":"#
            case .scopes: #""scopes":"#
            case .tasks: #""tasks":"#
            case .expiresAt: #""expires_at":"#
            case .dataAccessExpiresAt: #""data_access_expires_at":"#
            case .addedAt: #""added_at":"#
            case .changedAt: #""changed_at":"#
            case .checkedAt: #""checked_at":"#
            case .valid: #""valid":"#
            case .reason: #""reason":"#
            case .machineID: #""machine_id":"#
            case .instagramID: #""instagram_id":"#
            case .instagramUsername: #""instagram_username":"#
            }
        }

        fileprivate static let count = instagramUsername.rawValue + 1
        // Not `allCases`: the runtime would construct the type of that array at every start.
        fileprivate static let known = KnownKeys(count: count) { Key(index: $0).written }

        fileprivate init(index: Int) {
            guard let key = Key(rawValue: index) else { preconditionFailure("no such key") }
            self = key
        }
    }

    /// A member that this version does not know, with its value as written.
    struct Member: Equatable, Sendable {
        let key: String
        let value: [UInt8]
    }

    /// Where a value is in the text; small, as the values of each entry are copied around.
    private struct Value {
        var start: UInt32 = 0
        /// 0 if the member is missing.
        var end: UInt32 = 0
        /// Whether the value is written as `JSONWriter` would write it.
        var isPlain = false

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    let text: [UInt8]
    private var values = InlineArray<17, Value>(repeating: Value())
    // What nearly every look at an entry needs, and what takes no more memory than its position.
    private(set) var valid: Bool?
    private(set) var nameIsChosen: Bool?
    package private(set) var expiresAt = Expiry.unknown
    package private(set) var dataAccessExpiresAt = Expiry.unknown
    /// The other members, in order.
    private(set) var others: [Member] = []

    /// Parses the JSON object of a record.
    init(parsing text: [UInt8]) throws(RecordFault) {
        guard text.count <= Metadata.limit else { throw .metadata }
        try self.init(text)
    }

    /// Creates what would be stored for `metadata`.
    package init(_ metadata: Metadata) {
        do throws(RecordFault) {
            try self.init(metadata.text)
        } catch {
            preconditionFailure("metadata that cannot be read again")
        }
    }

    private init(_ text: [UInt8]) throws(RecordFault) {
        self.text = text
        do throws(JSONScanner.Malformed) {
            var scanner = try JSONScanner(text)
            try scanner.wholeObject(keys: Key.known) {
                member, scanner throws(JSONScanner.Malformed) in
                switch member {
                case .known(let index): try take(Key(index: index), from: &scanner)
                case .other(let key):
                    others.append(Member(key: key, value: try scanner.rawValue()))
                }
            }
        } catch {
            throw .metadata
        }
    }

    private mutating func take(
        _ key: Key, from scanner: inout JSONScanner
    ) throws(JSONScanner.Malformed) {
        var value = Value(start: UInt32(scanner.offset))
        switch key {
        case .nameIsChosen: nameIsChosen = try scanner.boolean()
        case .valid: valid = try scanner.boolean()
        case .scopes, .tasks: value.isPlain = try scanner.skipStrings()
        default:
            let string = try scanner.string()
            value.isPlain = string.isPlain
            let content =
                string.isPlain
                ? Self.content(text.span.extracting(string.range), of: key)
                : Self.content(scanner.characters(of: string).span, of: key)
            switch content {
            case nil: throw JSONScanner.Malformed()
            case .expiry(let expiry) where key == .expiresAt: expiresAt = expiry
            case .expiry(let expiry): dataAccessExpiresAt = expiry
            case .other: break
            }
        }
        value.end = UInt32(scanner.offset)
        values[key.rawValue] = value
    }
}

/// What a string contains.
extension StoredMetadata {
    private enum Content {
        case expiry(Expiry)
        case other
    }

    /// Returns the content of a string, or `nil` if the key must not have it.
    private static func content(_ characters: Span<UInt8>, of key: Key) -> Content? {
        switch key {
        case .expiresAt, .dataAccessExpiresAt: Expiry(bytes: characters).map(Content.expiry)
        case .app, .user: Reference.isSpelling(characters) ? .other : nil
        case .addedAt, .changedAt, .checkedAt:
            Timestamp(rfc3339UTC: characters) == nil ? nil : .other
        default: .other
        }
    }
}

/// The values.
extension StoredMetadata {
    package var validity: TokenValidity {
        TokenValidity(valid: valid, reason: string(.reason))
    }

    package func string(_ key: Key) -> String? {
        guard var scanner = scanner(at: key), let string = try? scanner.string() else { return nil }
        return scanner.text(of: string)
    }

    package func strings(_ key: Key) -> [String]? {
        guard var scanner = scanner(at: key) else { return nil }
        return try? scanner.strings()
    }

    func moment(_ key: Key) -> Timestamp? {
        withCharacters(key) { Timestamp(rfc3339UTC: $0) }
    }

    package func reference(_ key: Key) -> Reference? {
        withCharacters(key) { Reference(bytes: $0) }
    }

    /// Writes a string or an array of strings, or `null` if the member is missing.
    package func write(_ key: Key, to document: inout JSONWriter) {
        let value = values.span[key.rawValue]
        if value.end == 0 {
            document.null()
        } else if value.isPlain {
            document.written(text.span.extracting(value.range))
        } else if key == .scopes || key == .tasks {
            document.value(strings(key))
        } else {
            document.value(string(key))
        }
    }

    private func scanner(at key: Key) -> JSONScanner? {
        let value = values.span[key.rawValue]
        return value.end == 0 ? nil : JSONScanner(parsed: text, at: value.range.lowerBound)
    }

    private func withCharacters<Result>(
        _ key: Key, _ body: (Span<UInt8>) -> Result?
    ) -> Result? {
        let value = values.span[key.rawValue]
        if value.end == 0 { return nil }
        if value.isPlain {
            // Without the quotes.
            return body(text.span.extracting(value.range).extracting(1..<value.range.count - 1))
        }
        guard var scanner = scanner(at: key), let string = try? scanner.string() else { return nil }
        return body(scanner.characters(of: string).span)
    }
}
