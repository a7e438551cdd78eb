import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Inspect: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Ask Meta about a token: its owner, scopes and expiry.",
        discussion: """
            Inspects a stored token. Without a reference, prompts for a token without showing it, or \
            reads it from standard input if that is not a terminal. Nothing is stored. Exits with 2 if \
            the token is not valid.

            Examples:
              tokenvault inspect page:1020000000000001
              tokenvault inspect --app app:1234567890123456
            """)

    @Argument(
        help: ArgumentHelp("A stored token, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var reference: String?

    @Option(
        help: ArgumentHelp(
            "The app that asks; optional for a stored token, or if the vault has only one.",
            valueName: "ref"), completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let endpoint = try graph.endpoint(in: world)
        let (entry, token, app, next) = try vault.access.read(in: world) { reader in
            let (entry, token, app) = try subject(in: reader, world: world)
            return (entry, token, app, try NextStep(in: reader, for: world))
        }
        let inspection = try await graph.withClient(in: world, over: network, output) { client in
            do throws(GraphError) {
                return try await client.inspect(token, app: app)
            } catch {
                var context = GraphCallContext(
                    host: endpoint.host,
                    app: app.flatMap { Reference(.app, $0.id) } ?? entry?.metadata.app,
                    token: entry?.reference)
                context.isSecretStored = app != nil
                if let entry { context.renewal = next.renewal(of: entry) }
                throw GraphRequestError(error, in: context)
            }
        }
        let mismatch = entry.flatMap { entry in
            TokenMismatch(
                inspection, of: entry.reference, app: entry.metadata.app?.id ?? app?.id)
        }
        if output.json {
            try world.terminal.print(
                try JSONDocument.text(InspectionDocument(inspection, mismatch: mismatch)))
        } else {
            try world.terminal.print(details(inspection, mismatch: mismatch, in: world))
        }
        if let mismatch { return mismatch.status }
        return inspection.isValid ? .done : .tokenRefused
    }

    private func subject(
        in vault: borrowing VaultReader, world: World
    ) throws -> (Entry?, SharedSecret, AppCredentials?) {
        if let reference {
            let (entry, token) = try vault.entry(try vault.reference(reference))
            guard entry.reference.kind.isToken else {
                throw TokenCommandMessage.notAToken(entry.reference)
            }
            let named = try app.map { try vault.resolveApp(named: $0, option: "--app") }
            // Requests to Instagram and Threads will start here and below.
            try MetaPlatform.requireGraph(entry, token, app: named)
            return (entry, token, try vault.appCredentials(of: named ?? entry.metadata.app))
        }
        let asking = try vault.resolveApp(named: app, option: "--app")
        let token = try SecretInput(world: world, noInput: self.vault.noInput).read(
            "Token: ", for: .token)
        try MetaPlatform.requireGraph(pasted: token, app: app == nil ? nil : asking)
        return (nil, token, try vault.appCredentials(of: asking))
    }

    private func details(
        _ inspection: TokenInspection, mismatch: TokenMismatch?, in world: World
    ) -> String {
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
            ("user", inspection.userID.map { "\(userKind(of: inspection)):\($0)" }),
            ("page", inspection.profileID.map { "page:\($0)" }),
            ("expires", time.text(metadata.expiresAt)),
            ("data access", time.text(metadata.dataAccessExpiresAt)),
            ("issued", inspection.issuedAt.map { time.local(Timestamp($0)) }),
            ("scopes", inspection.scopes?.joined(separator: " ")),
            ("limited to", limits.isEmpty ? nil : limits.joined(separator: "; ")),
        ])
    }
}

/// Returns the kind of the token's user: Meta's IDs of system users look like those of users.
private func userKind(of inspection: TokenInspection) -> Reference.Kind {
    inspection.type?.uppercased() == "SYSTEM_USER" ? .system : .user
}

/// The output of `inspect --json`: the response of `debug_token` in this program's terms.
private struct InspectionDocument: Encodable {
    private let inspection: TokenInspection
    private let mismatch: TokenMismatch?
    private let metadata: Metadata

    init(_ inspection: TokenInspection, mismatch: TokenMismatch?) {
        self.inspection = inspection
        self.mismatch = mismatch
        var metadata = Metadata()
        metadata.adopt(inspection)
        self.metadata = metadata
    }

    private enum CodingKeys: String, CodingKey {
        case isValid = "is_valid"
        case type
        case app
        case user
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
        try container.encode(
            inspection.userID.map { "\(userKind(of: inspection)):\($0)" }, forKey: .user)
        try container.encode(inspection.profileID.map { "page:\($0)" }, forKey: .page)
        try container.encode(inspection.scopes, forKey: .scopes)
        try container.encode(inspection.granularScopes, forKey: .granularScopes)
        try container.encode(metadata.expiresAt.text, forKey: .expiresAt)
        try container.encode(metadata.dataAccessExpiresAt.text, forKey: .dataAccessExpiresAt)
        try container.encode(
            inspection.issuedAt.map { Timestamp($0).description }, forKey: .issuedAt)
        try container.encode(mismatch?.reason ?? metadata.validity.reason, forKey: .reason)
        try container.encode(inspection.refusal?.code, forKey: .code)
        try container.encode(inspection.refusal?.subcode, forKey: .subcode)
    }
}
