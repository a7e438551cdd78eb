import ArgumentParser
import CVersion
import Console

/// The command line.
struct Tokenvault: ParsableCommand {
    static let version = TOKENVAULT_VERSION

    static let configuration = CommandConfiguration(
        commandName: "tokenvault",
        abstract: "Keep app secrets and tokens for Meta's Graph API in one encrypted file.",
        discussion: """
            Getting started:
              tokenvault init                       choose a passphrase
              tokenvault add app:1234567890123456   paste the app secret
              tokenvault exchange                   paste a token from the Graph Explorer
              tokenvault pages                      store the tokens of your pages
            Then, in scripts:
              tokenvault get page:1020000000000001
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Vault",
                subcommands: [
                    Init.self, Unlock.self, Lock.self, Status.self, Passphrase.self, Key.self,
                    Verify.self, Doctor.self,
                ]),
            CommandGroup(
                name: "Entries",
                subcommands: [
                    Add.self, Import.self, List.self, Show.self, Remove.self, Rename.self, Get.self,
                    Exec.self, Inject.self, Export.self,
                ]),
            CommandGroup(
                name: "Tokens",
                subcommands: [
                    Login.self, Exchange.self, Pages.self, Check.self, Refresh.self, Inspect.self,
                    Rotate.self,
                    Api.self, Proof.self, Revoke.self, ClientCode.self, Redeem.self,
                ]),
            CommandGroup(
                name: "Webhooks", subcommands: [VerifyWebhook.self, SignedRequestCommand.self]),
            CommandGroup(name: "Shell", subcommands: [Completion.self]),
        ])
}
