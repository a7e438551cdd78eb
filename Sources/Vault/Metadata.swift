internal import JSON

/// What is known about an entry besides its secret (SECURITY.md, "Metadata").
///
/// Keys that a later version added are kept as written.
public struct Metadata: Equatable, Sendable {
    /// The maximum size of the JSON, in bytes.
    public static let limit = 65_536

    /// The name, from the Graph API or chosen by the user.
    public var name: String? { didSet { source = nil } }
    /// Whether the user chose the name; absent if it is the Graph API's.
    public var nameIsChosen: Bool? { didSet { source = nil } }
    /// The app that the token was issued to, as `app:<id>`.
    public var app: Reference? { didSet { source = nil } }
    /// The user that the token acts for or was derived from.
    public var user: Reference? { didSet { source = nil } }
    /// The category of a page.
    public var category: String? { didSet { source = nil } }
    /// The permissions of the token (`debug_token`).
    public var scopes: [String]? { didSet { source = nil } }
    /// What the user may do with the page (`accounts`).
    public var tasks: [String]? { didSet { source = nil } }
    /// When the token expires.
    public var expiresAt = Expiry.unknown { didSet { source = nil } }
    /// When Meta stops giving out the user's data, even though the token is still valid.
    public var dataAccessExpiresAt = Expiry.unknown { didSet { source = nil } }
    /// When the entry was added.
    public var addedAt: Timestamp? { didSet { source = nil } }
    /// When its secret was last replaced.
    public var changedAt: Timestamp? { didSet { source = nil } }
    /// When Meta was last asked about the token.
    public var checkedAt: Timestamp? { didSet { source = nil } }
    /// Whether Meta reported it as valid then; see `validity`.
    var valid: Bool? { didSet { source = nil } }
    /// Why the token is not valid or, without `valid`, why it may not be; see `validity`.
    var reason: String? { didSet { source = nil } }
    /// The `machine_id` from the Graph API, for the client-code flow.
    public var machineID: String? { didSet { source = nil } }
    /// The ID of the Instagram account that is linked to a page.
    public var instagramID: String? { didSet { source = nil } }
    /// The username of that account.
    public var instagramUsername: String? { didSet { source = nil } }

    /// The members that this version does not know, in order, with their values as written.
    var others: [Member] = [] { didSet { source = nil } }
    /// The text that this was parsed from, until something changes.
    private var source: [UInt8]?

    struct Member: Equatable, Sendable {
        let key: String
        let value: [UInt8]
    }

    /// Creates empty metadata.
    public init() {}

    /// Parses the JSON object of a record.
    init(parsing text: [UInt8]) throws(RecordFault) {
        guard text.count <= Self.limit else { throw .metadata }
        do throws(JSONScanner.Malformed) {
            var scanner = try JSONScanner(text)
            try scanner.wholeObject(keys: Key.spellings) {
                member, scanner throws(JSONScanner.Malformed) in
                try take(member, from: &scanner)
            }
        } catch {
            throw .metadata
        }
        source = text
    }

    /// The JSON object for a record; exactly the text it was parsed from if nothing has changed.
    public var text: [UInt8] {
        if let source { return source }
        var object = JSONWriter(escaping: .required)
        object.begin("{")
        object.add(Key.name.rawValue, name)
        object.add(Key.nameIsChosen.rawValue, nameIsChosen)
        object.add(Key.app.rawValue, app?.description)
        object.add(Key.user.rawValue, user?.description)
        object.add(Key.category.rawValue, category)
        object.add(Key.scopes.rawValue, scopes)
        object.add(Key.tasks.rawValue, tasks)
        object.add(Key.expiresAt.rawValue, expiresAt)
        object.add(Key.dataAccessExpiresAt.rawValue, dataAccessExpiresAt)
        object.add(Key.addedAt.rawValue, addedAt)
        object.add(Key.changedAt.rawValue, changedAt)
        object.add(Key.checkedAt.rawValue, checkedAt)
        object.add(Key.valid.rawValue, valid)
        object.add(Key.reason.rawValue, reason)
        object.add(Key.machineID.rawValue, machineID)
        object.add(Key.instagramID.rawValue, instagramID)
        object.add(Key.instagramUsername.rawValue, instagramUsername)
        for other in others { object.member(other.key, written: other.value) }
        object.end("}")
        return object.bytes
    }

    private enum Key: String, CaseIterable {
        case name
        case nameIsChosen = "name_chosen"
        case app
        case user
        case category
        case scopes
        case tasks
        case expiresAt = "expires_at"
        case dataAccessExpiresAt = "data_access_expires_at"
        case addedAt = "added_at"
        case changedAt = "changed_at"
        case checkedAt = "checked_at"
        case valid
        case reason
        case machineID = "machine_id"
        case instagramID = "instagram_id"
        case instagramUsername = "instagram_username"

        static let all = allCases
        static let spellings = all.map { Array($0.rawValue.utf8) }
    }

    private mutating func take(
        _ member: JSONScanner.Member, from scanner: inout JSONScanner
    ) throws(JSONScanner.Malformed) {
        switch member {
        case .known(let index): try take(Key.all[index], from: &scanner)
        case .other(let key): others.append(Member(key: key, value: try scanner.rawValue()))
        }
    }

    private mutating func take(
        _ key: Key, from scanner: inout JSONScanner
    ) throws(JSONScanner.Malformed) {
        switch key {
        case .name: name = try scanner.string()
        case .nameIsChosen: nameIsChosen = try scanner.boolean()
        case .app: app = try scanner.string { Reference(bytes: $0.span) }
        case .user: user = try scanner.string { Reference(bytes: $0.span) }
        case .category: category = try scanner.string()
        case .scopes: scopes = try scanner.strings()
        case .tasks: tasks = try scanner.strings()
        case .expiresAt: expiresAt = try scanner.string { Expiry(bytes: $0.span) }
        case .dataAccessExpiresAt:
            dataAccessExpiresAt = try scanner.string { Expiry(bytes: $0.span) }
        case .addedAt: addedAt = try scanner.string { Timestamp(rfc3339UTC: $0.span) }
        case .changedAt: changedAt = try scanner.string { Timestamp(rfc3339UTC: $0.span) }
        case .checkedAt: checkedAt = try scanner.string { Timestamp(rfc3339UTC: $0.span) }
        case .valid: valid = try scanner.boolean()
        case .reason: reason = try scanner.string()
        case .machineID: machineID = try scanner.string()
        case .instagramID: instagramID = try scanner.string()
        case .instagramUsername: instagramUsername = try scanner.string()
        }
    }
}

/// Members of metadata, which are omitted if unknown.
extension JSONWriter {
    fileprivate mutating func add(_ key: String, _ value: String?) {
        if let value { member(key, value) }
    }

    fileprivate mutating func add(_ key: String, _ values: [String]?) {
        if let values { member(key, values) }
    }

    fileprivate mutating func add(_ key: String, _ value: Bool?) {
        if let value { member(key, value) }
    }

    fileprivate mutating func add(_ key: String, _ moment: Timestamp?) {
        guard let moment else { return }
        name(key)
        plainString(moment.characters.span)
    }

    fileprivate mutating func add(_ key: String, _ expiry: Expiry) {
        switch expiry {
        case .unknown: break
        case .never: add(key, expiry.text)
        case .at(let moment): add(key, moment)
        }
    }
}
