import Console
import Entries
import Graph
import Tokens
import Vault

/// What `inspect` prints.
struct InspectionAnswer {
    let inspection: TokenInspection
    /// The account on Instagram or Threads.
    let account: PlatformAccount?
    let platform: MetaPlatform
    let mismatch: TokenMismatch?

    /// The token's user; Meta's IDs of system users look like those of users.
    fileprivate var owner: String? {
        guard let id = inspection.userID else { return nil }
        let isSystemUser = inspection.type?.uppercased() == "SYSTEM_USER"
        return "\(isSystemUser ? .system : platform.accountKind):\(id)"
    }

    func details(in world: World) -> String {
        let now = world.now()
        let time = TimeText(now: now, in: world)
        var metadata = Metadata()
        metadata.adopt(inspection)
        let appName = inspection.appName.map { " (\($0))" } ?? ""
        let limits = inspection.granularScopes.sorted { $0.key < $1.key }.map { scope, targets in
            "\(scope) on \(targets.joined(separator: " "))"
        }
        return DetailView(title: inspection.isValid ? "valid" : "invalid").text([
            ("wrong entry", mismatch?.reason),
            ("why", metadata.validity.reason),
            ("type", inspection.type?.lowercased()),
            ("app", inspection.appID.map { "app:\($0)\(appName)" }),
            ("user", owner),
            ("username", account?.username.map { DisplayText.clean($0) }),
            ("page", inspection.profileID.map { "page:\($0)" }),
            ("expires", time.text(metadata.expiresAt)),
            ("data access", time.text(metadata.dataAccessExpiresAt)),
            ("issued", inspection.issuedAt.map { time.local(Timestamp($0)) }),
            ("scopes", inspection.scopes?.joined(separator: " ")),
            ("limited to", limits.isEmpty ? nil : limits.joined(separator: "; ")),
        ])
    }
}

/// The output of `inspect --json`: the response of `debug_token` in this program's terms.
struct InspectionDocument: Encodable {
    private let answer: InspectionAnswer
    private var inspection: TokenInspection { answer.inspection }
    private let metadata: Metadata

    init(_ answer: InspectionAnswer) {
        self.answer = answer
        let inspection = answer.inspection
        var metadata = Metadata()
        metadata.adopt(inspection)
        self.metadata = metadata
    }

    private enum CodingKeys: String, CodingKey {
        case isValid = "is_valid"
        case type
        case app
        case user
        case username
        case page
        case scopes
        case granularScopes = "granular_scopes"
        case expiresAt = "expires_at"
        case dataAccessExpiresAt = "data_access_expires_at"
        case issuedAt = "issued_at"
        case reason
        case code
        case subcode
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(inspection.isValid, forKey: .isValid)
        try container.encode(inspection.type, forKey: .type)
        try container.encode(inspection.appID.map { "app:\($0)" }, forKey: .app)
        try container.encode(answer.owner, forKey: .user)
        try container.encode(answer.account?.username, forKey: .username)
        try container.encode(inspection.profileID.map { "page:\($0)" }, forKey: .page)
        try container.encode(inspection.scopes, forKey: .scopes)
        try container.encode(inspection.granularScopes, forKey: .granularScopes)
        try container.encode(metadata.expiresAt.text, forKey: .expiresAt)
        try container.encode(metadata.dataAccessExpiresAt.text, forKey: .dataAccessExpiresAt)
        try container.encode(
            inspection.issuedAt.map { Timestamp($0).description }, forKey: .issuedAt)
        try container.encode(answer.mismatch?.reason ?? metadata.validity.reason, forKey: .reason)
        try container.encode(inspection.refusal?.code, forKey: .code)
        try container.encode(inspection.refusal?.subcode, forKey: .subcode)
    }
}
