import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

struct Rotate: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace an app secret that was reset, and show which tokens still work.",
        discussion: """
            Prompts for the new secret without showing it, or reads it from standard input if that is not \
            a terminal. Asks Meta whether it accepts the new secret before storing it, which is \
            possible only for Facebook apps. The old one remains as app:ID~previous.

            Examples:
              tokenvault rotate app:1234567890123456
              tokenvault rotate app:1234567890123456 --undo
            """)

    @Argument(
        help: ArgumentHelp("The app, as kind:id or kind:name.", valueName: "ref"),
        completion: .references(.app, .instagramApp, .threadsApp))
    var reference: String

    @Flag(help: "Do not ask Meta about the new secret or the tokens.")
    var noVerify = false

    @Flag(help: "Restore the previous secret.")
    var undo = false

    @Flag(help: "Delete the previous secret.")
    var forget = false

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        guard !(undo && forget) else { throw TokenCommandMessage.undoAndForget }
        // Report an invalid URL before any prompt.
        _ = try graph.endpoint(in: world)
        let vault = try await sharing.unlock(
            vault.access, in: world, over: network, requiresStore: true)
        let app = try vault.read { try $0.resolveApp(named: reference, option: nil) }
        // Report a missing entry before the prompt for the new secret.
        _ = try vault.read { try $0.entry(app) }
        if undo || forget {
            let rotation = AppSecretRotation(of: app, in: vault, now: world.now())
            try await network.sharing.replace(
                in: vault, undo ? rotation.undoing : rotation.forgetting)
            try output.report(
                "\(undo ? "restored" : "deleted") the previous secret of \(app)",
                [undo ? "restored" : "forgotten": "\(app)"], in: world)
            return .done
        }

        let secret = try SecretInput(world: world, noInput: self.vault.noInput)
            .read("New app secret for \(app): ", for: .appSecret)
        let rotation = AppSecretRotation(of: app, in: vault, now: world.now())
        let isStored = try rotation.isStored(secret)
        let unchanged = "this secret of \(app) is already stored; nothing was changed"
        if let platform = MetaPlatform(app.kind), platform != .facebook {
            try await network.sharing.replace(in: vault, rotation.storing(secret))
            try output.report(
                isStored
                    ? unchanged
                    : "stored the new secret of \(app), which cannot be verified with "
                        + platform.name,
                [isStored ? "unchanged" : "rotated": "\(app)"], in: world)
            return .done
        }
        if noVerify {
            try await network.sharing.replace(in: vault, rotation.storing(secret))
            try output.report(
                isStored ? unchanged : "stored the new secret of \(app) without verifying it",
                [isStored ? "unchanged" : "rotated": "\(app)"], in: world)
            return .done
        }
        try await graph.withClient(in: world, over: network, output) { client in
            try await rotation.verify(secret, client)
            let verified = AppSecretRotation(of: app, in: vault, now: world.now())
            try await network.sharing.replace(in: vault, verified.storing(secret))
            output.note(
                isStored ? unchanged : "stored the new secret of \(app), which Meta accepts",
                in: world)
            try await checkTokens(of: app, in: vault, client, world)
        }
        return .done
    }

    /// Shows which tokens of the app still work.
    ///
    /// The rotation is done by then, so it is only a warning if Meta cannot be asked.
    private func checkTokens(
        of app: Reference, in vault: UnlockedVault, _ client: GraphClient, _ world: World
    ) async throws {
        let tokens = try vault.read({ try $0.entries() }).filter {
            $0.reference.kind.isToken && $0.reference.suffix == nil && $0.metadata.app == app
        }
        guard !tokens.isEmpty || output.json else { return }
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        let check = OnlineCheck(
            vault: vault, clients: MetaClients(graph: client), now: world.now)
        let checked = try await check.run(tokens) {
            progress.show("\($0) of \(tokens.count) tokens")
        }
        let context = CheckReport.Context(
            moment: world.now(), span: EntryStatus.defaultSpan,
            next: try vault.read { try NextStep(in: $0, for: world) },
            versions: try graph.versions(in: world))
        let format: CheckFormat = output.json ? .json : .table
        var report = CheckReport(context, hasTable: format == .table, in: world)
        let lines = report.add(checked.entries, in: world)
        try format.print(report, lines, in: world)
        if let failure = checked.failure {
            output.warn(
                "not all tokens could be checked: \(Failure(failure).message)", in: world)
        }
    }
}
