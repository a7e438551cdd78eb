import ArgumentParser
import Graph
import Sodium
import Vault

struct Exchange: Command {
    static let configuration = CommandConfiguration(
        abstract: "Exchange a short-lived user token for a long-lived one, and store that.",
        discussion: """
            The short-lived token, as the Graph Explorer shows it, comes from a hidden prompt, or from \
            standard input where that is no terminal.

            Example:
              tokenvault exchange
            """)

    @Option(
        help: ArgumentHelp(
            "The app that the token belongs to; not needed with one app in the vault.",
            valueName: "ref"))
    var app: String?

    @Argument(
        help: ArgumentHelp(
            "Exchange this stored token instead of asking for one.", valueName: "ref"))
    var reference: String?

    @Flag(help: "Finish an exchange whose token was stored before its owner was known.")
    var resume = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) async throws -> ExitStatus {
        if resume, reference != nil {
            throw Failure.usage("--resume takes the token from the vault; name none")
        }
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let (appReference, secret) = try vault.read { reader in
            let app = try reader.only(.app, named: app, option: "--app")
            return (app, try reader.entry(app).secret)
        }
        let credentials = AppCredentials(id: appReference.id, secret: secret)

        let outcome = try await graph.asking(in: world) { client in
            let exchange = TokenExchange(
                vault: vault, client: client, app: appReference, credentials: credentials,
                question: GraphQuestion(host: endpoint.host, app: appReference), now: world.now)
            return resume
                ? try await exchange.resume()
                : try await exchange.run(try token(in: vault, world: world))
        }
        return try report(outcome, in: world)
    }

    private func token(
        in vault: UnlockedVault, world: World
    ) throws -> SharedSecret {
        guard let reference else {
            return try SecretInput(world: world, noInput: self.vault.noInput)
                .read("Short-lived user token: ")
        }
        return try vault.read { reader in
            let named = try reader.reference(reference)
            guard named.kind == .user || named.kind == .system else {
                throw Failure.usage("only the token of a user can be exchanged")
            }
            return try reader.entry(named).secret
        }
    }

    private func report(_ outcome: TokenExchange.Outcome, in world: World) throws -> ExitStatus {
        let entry = outcome.entry
        let now = world.now()
        let status = EntryStatus(entry, at: now)
        if output.json {
            try world.terminal.printJSON(entry, status: status)
        } else {
            try world.terminal.print(text(entry, now: now, in: world))
        }
        for warning in outcome.warnings { output.warn("\(warning)", in: world) }
        return status == .invalid ? .tokenRefused : .done
    }

    private func text(_ entry: Entry, now: Timestamp, in world: World) -> String {
        let metadata = entry.metadata
        let time = TimeText(now: now, in: world)
        let name = metadata.name.map { "\(DisplayText.clean($0)), " } ?? ""
        var lines = ["\(name)\(entry.reference)"]
        if case .at(let end) = metadata.expiresAt {
            lines.append("  lasts        \(TimeText.span(max(0, end.seconds - now.seconds)))")
        }
        lines += [
            "  expires      \(time.text(metadata.expiresAt))",
            "  data access  \(time.text(metadata.dataAccessExpiresAt))",
        ]
        if let scopes = metadata.scopes {
            lines.append("  scopes       \(DisplayText.clean(scopes.joined(separator: " ")))")
        }
        lines.append("stored; next: tokenvault pages")
        return lines.joined(separator: "\n") + "\n"
    }
}
