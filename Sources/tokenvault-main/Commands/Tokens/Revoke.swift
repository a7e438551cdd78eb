import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Revoke: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke tokens at Meta, wherever they are used.",
        discussion: """
            For a user, revokes all permissions of the app, which invalidates all of the user's tokens \
            for it, including page tokens. For a system user, invalidates only this token. Revoked tokens \
            stay in the vault, marked as invalid, until they are removed or replaced. Asks for \
            confirmation first.

            Examples:
              tokenvault revoke user:10200000000000009
              tokenvault revoke system:10200000000000077 --force
            """)

    @Argument(
        help: ArgumentHelp("The user or system user, as kind:id or kind:name.", valueName: "ref"),
        completion: .references(.user, .system))
    var reference: String

    @Flag(name: [.long, .customShort("f")], help: "Do not ask for confirmation.")
    var force = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        try MetaPlatform.requireFacebook(reference, for: "revoke")
        let endpoint = try graph.endpoint(in: world)
        let vault = try await sharing.unlock(vault.access, in: world, over: network)
        let (revocation, next) = try vault.read { reader in
            let revocation = try Revocation(of: try reader.reference(reference), in: reader)
            return (revocation, try NextStep(in: reader, for: world))
        }
        if !force { try confirm(revocation, in: world) }
        var context = GraphCallContext(
            host: endpoint.host, app: revocation.appReference, token: revocation.entry.reference)
        context.renewal = next.renewal(of: revocation.entry)
        let callContext = context
        try await graph.withClient(in: world, over: network, output) { client in
            do {
                try await revocation.carryOut(client)
            } catch let error as GraphError {
                throw GraphRequestError(error, in: callContext)
            }
        }
        let marked = try revocation.mark(in: vault, at: world.now())
        if output.json {
            try world.terminal.print(
                try JSONDocument.text(["revoked": marked.map(\.description)]))
        } else {
            let others = marked.count - 1
            let more = others > 0 ? " and \(Self.counted(others)) derived from it" : ""
            output.note("revoked \(revocation.entry.reference)\(more)", in: world)
        }
        return .done
    }

    private func confirm(_ revocation: Revocation, in world: World) throws {
        let entry = revocation.entry
        let name = entry.metadata.name.map { " (\(DisplayText.clean($0)))" } ?? ""
        let others = revocation.ended.count - 1
        let more = others > 0 ? " and \(Self.counted(others)) derived from it" : ""
        let withoutAsking = TokenCommandMessage.nobodyToAskForRevocation(of: entry.reference)
        guard !vault.noInput else { throw withoutAsking }
        try Confirmation(world: world, noInput: vault.noInput).ask(
            "Permanently revoke \(entry.reference)\(name)\(more), wherever \(more.isEmpty ? "it is" : "they are") used?",
            orElse: .nothingRevoked, withoutPerson: withoutAsking)
    }

    private static func counted(_ number: Int) -> String {
        TimeText.counted(Int64(number), "token")
    }
}
