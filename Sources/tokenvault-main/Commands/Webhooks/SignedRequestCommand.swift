import ArgumentParser
import Console
import Vault

struct SignedRequestCommand: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "signed-request",
        abstract: "Check a signed_request of Meta and print its payload.",
        discussion: """
            Reads the value of signed_request, which Meta posts to Page tabs, canvas apps and callbacks for \
            data deletion and deauthorization, from standard input. Prints its JSON payload, with \
            [redacted] instead of each oauth_token, if an app secret in the vault made the signature and the \
            algorithm is HMAC-SHA256; otherwise exits with 2.

            Tries the same app secrets as verify-webhook.

            Example:
              printf %s "$request" | tokenvault signed-request --no-input --app app:1234567890123456
            """)

    @Option(
        help: ArgumentHelp("The app that was called. (default: all apps)", valueName: "ref"),
        completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @Flag(help: "Print access tokens in the payload.")
    var showSecrets = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var request = SignedRequest()
        request.app = app
        request.showSecrets = showSecrets
        request.access = vault.access
        return try request.run(in: world)
    }
}
