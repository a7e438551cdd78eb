import ArgumentParser
import Console
import Entries
import Vault

struct Get: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print a token.",
        discussion: """
            Prints the token and a newline, and nothing else. Prints nothing if it fails.

            Examples:
              token=$(tokenvault get page:1020000000000001)
              curl -H @<(tokenvault get --header page:1020000000000001) \\
                https://graph.facebook.com/v26.0/me
            """)

    @Argument(
        help: ArgumentHelp(
            "The entry, as kind:id or kind:name; app-token:ID for an app access token.",
            valueName: "ref"), completion: .references())
    var reference: String

    @Flag(name: .customShort("n"), help: "Do not print a newline.")
    var noNewline = false

    @Flag(help: "Print an Authorization header, for curl -H @file.")
    var header = false

    @Option(
        help: ArgumentHelp(
            "Fail unless the token is valid for at least this long.", valueName: "span"))
    var validFor: String?

    @Option(help: ArgumentHelp("Fail unless the token has this scope.", valueName: "scope"))
    var requireScope: [String] = []

    @Flag(help: "Print the token even if it is expired or known to be invalid.")
    var allowExpired = false

    @Flag(help: "Sync the shared vault first, for at most 2 seconds; fail if that is not possible.")
    var fresh = false

    @Option(
        help: ArgumentHelp(
            "Fail if the shared vault was last synced longer ago than this.", valueName: "span"))
    var maxStale: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        var request = TokenRequest(reference: reference)
        request.access = vault.access
        request.noNewline = noNewline
        request.header = header
        request.requirements.requiredScopes = requireScope
        request.requirements.allowExpired = allowExpired
        if let validFor {
            guard let span = TimeWords.span(validFor) else { throw SpanMessage.validity }
            request.requirements.validFor = span
        }
        if let maxStale {
            guard let span = TimeWords.span(maxStale) else { throw SpanMessage.staleness }
            request.maxStale = span
        }
        guard fresh else { return try request.run(in: world) }
        let vault = try await synced(in: world, over: network)
        return try request.run(in: world, from: vault)
    }

    /// Unlocks the vault, and takes what is new.
    private func synced(in world: World, over network: Network) async throws -> UnlockedVault {
        let vault = try vault.access.unlock(in: world)
        guard vault.isShared else { throw SharingMessage.notShared }
        let session = try SharedSession(vault, in: world, over: network)
        guard let outcome = await session.sync(within: .seconds(2), waiting: 2) else {
            throw StoreMessage.noAnswer
        }
        await session.end(in: world)
        if let failure = outcome.failure {
            // Whatever the reason: it is not known whether there is something newer.
            throw failure.status == .tryLater ? StoreMessage.noAnswer.failure : failure
        }
        return try vault.renewed()
    }
}
