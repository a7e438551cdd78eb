import ArgumentParser
import Console
import Vault

struct VerifyWebhook: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-webhook",
        abstract: "Check that Meta signed the body of a webhook call.",
        discussion: """
            Reads the raw body from standard input and checks the header X-Hub-Signature-256, so that the \
            app secret stays in the vault. Pass the body exactly as received: the signature does \
            not match a body that was parsed and serialized again. Exits with 0 if the signature \
            matches and with 2 if not; act on the call only after 0. A body has at most 64 MiB.

            Without --app, tries all apps in the vault, of Facebook, Instagram and Threads. Also tries the \
            secrets that rotate replaced, until rotate --forget.

            Example:
              cat body | tokenvault verify-webhook --no-input --signature "$signature"
            """)

    @Option(
        help: ArgumentHelp(
            "The value of the header X-Hub-Signature-256.", valueName: "signature"))
    var signature: String

    @Option(
        help: ArgumentHelp("The app that was called. (default: all apps)", valueName: "ref"),
        completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var request = WebhookVerification(signature: signature)
        request.app = app
        request.access = vault.access
        return try request.run(in: world)
    }

    /// Joins `--signature` with its value, which comes from outside and may look like an option.
    ///
    /// Otherwise the parser would print the help for the signature `--help` and exit with 0.
    static func withJoinedSignature(_ arguments: [String]) -> [String] {
        guard arguments.first == configuration.commandName,
            let index = arguments.firstIndex(of: "--signature"), index + 1 < arguments.count
        else { return arguments }
        let value = arguments[index + 1]
        var arguments = arguments
        arguments.replaceSubrange(index...index + 1, with: ["--signature=\(value)"])
        return arguments
    }
}
