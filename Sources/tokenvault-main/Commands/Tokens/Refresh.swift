import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Refresh: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract:
            "Renew the tokens of users, their pages, Instagram and Threads before they expire.",
        discussion: """
            Meant to run from a timer. Each token is renewed on its own. The new one replaces the old \
            one only if Meta says that it lasts longer and keeps all scopes. A token of Instagram or \
            Threads can be renewed from 24 hours of age until it expires after 60 days; then somebody \
            must log in again. Exits with 2 if a token needs a login, and 1 if one that expires soon \
            could not be extended.

            Examples:
              tokenvault refresh
              tokenvault refresh --all
              tokenvault refresh --on-change ./deploy.sh
            """)

    @Option(help: ArgumentHelp("Renew tokens that expire within this time.", valueName: "span"))
    var within = "30d"

    @Flag(help: "Renew all tokens, whenever they expire.")
    var all = false

    @Argument(
        help: ArgumentHelp("Renew only these tokens.", valueName: "ref"), completion: .references())
    var references: [String] = []

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        guard let span = TimeWords.span(within) else {
            throw SpanMessage.refresh
        }
        // Report an invalid URL before any prompt.
        _ = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        let chosen = try chosen(in: vault, endingBefore: world.now() + span)
        guard !chosen.isEmpty else {
            if output.json { try world.terminal.print("[]\n") }
            output.noteUnlessJSON("no token expires within \(TimeText.span(span))", in: world)
            return .done
        }
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        let platforms = Set(chosen.compactMap { MetaPlatform($0) })
        let lines = try await graph.withClients(
            for: platforms, in: world, over: network, output
        ) { clients in
            let renewal = TokenRenewal(vault: vault, clients: clients, now: world.now)
            return try await RefreshBatch.run(chosen) { entry in
                try vault.read { try $0.appReference(entry.metadata.app) }
            } renew: { entry in
                let result = try await renewal.run(entry)
                var line = RefreshLine(before: entry, result: result)
                if line.result.isRenewed, MetaPlatform(entry) == .facebook {
                    do {
                        line.pages = try await renewPages(
                            of: entry.reference, in: vault, clients.graph, world)
                    } catch {
                        warnOfPages(of: entry.reference, error, in: world)
                    }
                }
                line.after = try vault.read { try $0.entryIfAny(entry.reference)?.entry }
                return line
            } progress: {
                progress.show("\($0) of \(chosen.count) tokens")
            }
        }
        progress.end()
        let report = RefreshReport(lines)
        try world.terminal.print(try report.text(json: output.json, in: world))
        for hint in report.hints {
            output.noteUnlessJSON("hint: \(world.command(hint))", in: world)
        }
        return report.status
    }

    private func chosen(
        in vault: UnlockedVault, endingBefore end: Timestamp
    ) throws -> [Entry] {
        try vault.read { reader in
            guard references.isEmpty else {
                return try references.map { text in
                    let entry = try reader.entry(try reader.reference(text)).entry
                    let kinds: [Reference.Kind] = [.user, .system, .page, .instagram, .threads]
                    guard kinds.contains(entry.reference.kind) else {
                        throw TokenCommandMessage.notRenewable(entry.reference)
                    }
                    guard entry.reference.kind != .page else {
                        throw TokenCommandMessage.pageNotRenewable(user: entry.metadata.user)
                    }
                    return entry
                }
            }
            let kinds: [Reference.Kind] = [.user, .system, .instagram, .threads]
            return try reader.entries().filter { entry in
                kinds.contains(entry.reference.kind) && entry.reference.suffix == nil
                    // An invalid token needs a login, which its expiry does not show.
                    && (all || entry.metadata.expiresAt == .unknown
                        || entry.metadata.validity.isInvalid
                        || entry.metadata.expiresAt.isOver(at: end))
            }
        }
    }

    /// Renews the tokens of the stored pages of `user`; returns how many Meta issued.
    private func renewPages(
        of user: Reference, in vault: UnlockedVault, _ client: GraphClient, _ world: World
    ) async throws -> Int {
        var refresh = try PageRefresh(of: user, in: vault, now: world.now)
        let stored = try vault.read { try $0.pages(of: user) }
        guard !stored.isEmpty else { return 0 }
        let context = GraphCallContext(host: client.endpoint.host, token: user)
        let result = await refresh.run(.stored(stored), client, in: context)
        if let failure = result.requestFailure { warnOfPages(of: user, failure, in: world) }
        if let failure = result.saveFailure { throw failure }
        return result.collection.entries.count
    }

    private func warnOfPages(of user: Reference, _ error: any Error, in world: World) {
        output.warn(
            "not all page tokens of \(user) were renewed: \(Failure(error).message)", in: world)
    }
}
