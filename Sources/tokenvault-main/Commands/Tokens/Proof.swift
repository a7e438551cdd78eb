import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Proof: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Print the appsecret_proof for a token, without revealing the app secret.",
        discussion: """
            Example:
              proof=$(tokenvault proof page:1020000000000001)
              curl -H @<(tokenvault get --header page:1020000000000001) \\
                "https://graph.facebook.com/v26.0/me?appsecret_proof=$proof"
            """)

    @Argument(
        help: ArgumentHelp("The token, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var reference: String

    @Flag(
        help:
            "Print a proof that is valid for five minutes, with its appsecret_time, as a query string."
    )
    var timed = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        try MetaPlatform.requireFacebook(reference, for: "proof")
        let (entry, token, app) = try vault.access.read(in: world) { reader in
            let (entry, token) = try reader.entry(try reader.reference(reference))
            return (entry, token, try reader.appCredentials(of: entry.metadata.app))
        }
        guard entry.reference.kind.isToken else {
            throw TokenCommandMessage.noProof(of: entry.reference)
        }
        try MetaPlatform.requireFacebook(entry, token, for: "proof")
        guard let app else { throw AppSecretError.missing(for: entry) }
        let time = world.now().seconds
        let proof =
            timed
            ? appSecretProof(token, appSecret: app.secret, at: time)
            : appSecretProof(token, appSecret: app.secret)
        if output.json {
            var document = ["appsecret_proof": proof]
            if timed { document["appsecret_time"] = "\(time)" }
            try world.terminal.print(try JSONDocument.text(document))
        } else {
            try world.terminal.print(
                timed ? "appsecret_proof=\(proof)&appsecret_time=\(time)\n" : "\(proof)\n")
        }
        return .done
    }
}
