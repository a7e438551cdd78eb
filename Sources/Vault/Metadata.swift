package import JSON

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
    var others: [StoredMetadata.Member] = [] { didSet { source = nil } }
    /// The text that this was parsed from, until something changes.
    private var source: [UInt8]?

    /// Creates empty metadata.
    public init() {}

    /// Parses the JSON object of a record.
    init(parsing text: [UInt8]) throws(RecordFault) {
        self.init(try StoredMetadata(parsing: text))
    }

    /// Decodes all values.
    package init(_ stored: StoredMetadata) {
        name = stored.string(.name)
        nameIsChosen = stored.nameIsChosen
        app = stored.reference(.app)
        user = stored.reference(.user)
        category = stored.string(.category)
        scopes = stored.strings(.scopes)
        tasks = stored.strings(.tasks)
        expiresAt = stored.expiresAt
        dataAccessExpiresAt = stored.dataAccessExpiresAt
        addedAt = stored.moment(.addedAt)
        changedAt = stored.moment(.changedAt)
        checkedAt = stored.moment(.checkedAt)
        valid = stored.valid
        reason = stored.string(.reason)
        machineID = stored.string(.machineID)
        instagramID = stored.string(.instagramID)
        instagramUsername = stored.string(.instagramUsername)
        others = stored.others
        source = stored.text
    }

    /// The JSON object for a record; exactly the text it was parsed from if nothing has changed.
    public var text: [UInt8] {
        if let source { return source }
        var object = JSONWriter(escaping: .required)
        object.begin("{")
        for key in StoredMetadata.Key.allCases {
            guard let value = value(of: key) else { continue }
            object.name(written: key.written)
            value.write(to: &object)
        }
        for other in others { object.member(other.key, written: other.value) }
        object.end("}")
        return object.bytes
    }

    /// Writes a value, or `null` if it is unknown.
    package func write(_ key: StoredMetadata.Key, to document: inout JSONWriter) {
        if let value = value(of: key) { value.write(to: &document) } else { document.null() }
    }

    private enum Value {
        case string(String)
        case strings([String])
        case boolean(Bool)
        case moment(Timestamp)

        init?(_ expiry: Expiry) {
            switch expiry {
            case .unknown: return nil
            case .never: self = .string("never")
            case .at(let moment): self = .moment(moment)
            }
        }

        func write(to document: inout JSONWriter) {
            switch self {
            case .string(let text): document.value(text)
            case .strings(let texts): document.value(texts)
            case .boolean(let value): document.value(value)
            case .moment(let moment): document.plainString(moment.characters.span)
            }
        }
    }

    private func value(of key: StoredMetadata.Key) -> Value? {
        switch key {
        case .name: name.map(Value.string)
        case .nameIsChosen: nameIsChosen.map(Value.boolean)
        case .app: (app?.description).map(Value.string)
        case .user: (user?.description).map(Value.string)
        case .category: category.map(Value.string)
        case .scopes: scopes.map(Value.strings)
        case .tasks: tasks.map(Value.strings)
        case .expiresAt: Value(expiresAt)
        case .dataAccessExpiresAt: Value(dataAccessExpiresAt)
        case .addedAt: addedAt.map(Value.moment)
        case .changedAt: changedAt.map(Value.moment)
        case .checkedAt: checkedAt.map(Value.moment)
        case .valid: valid.map(Value.boolean)
        case .reason: reason.map(Value.string)
        case .machineID: machineID.map(Value.string)
        case .instagramID: instagramID.map(Value.string)
        case .instagramUsername: instagramUsername.map(Value.string)
        }
    }
}
