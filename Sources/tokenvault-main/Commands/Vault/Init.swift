import ArgumentParser
import Console
import Vault

struct Init: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create a vault.",
        discussion: """
            Prompts for a passphrase twice, unless an option, a variable or a systemd credential provides \
            it.

            Example:
              tokenvault init
            """)

    @Option(help: "Key derivation cost.")
    var kdf = DerivationCost.moderate

    @Flag(help: "Generate a strong passphrase and print it once.")
    var generate = false

    @Flag(help: "Never prompt; fail instead.")
    var noInput = false

    @OptionGroup var location: VaultLocation
    @OptionGroup var source: PassphraseOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        var access = source.access(to: location)
        access.noInput = noInput
        let path = try access.resolvedPath(in: world)
        guard path.last != "/" else {
            throw VaultCommandMessage.pathOfDirectory
        }
        try VaultCreation.refuseExisting(path)
        try SharedReading.refuseLeftovers(of: path, andSettings: true)
        if generate, access.namesPassphrase {
            throw VaultCommandMessage.generatedAndNamedPassphrase
        }
        let passphrase =
            generate
            ? GeneratedPassphrase.make()
            : try Unlocking(access, world: world).newPassphrase(for: path)
        try VaultCreation.create(
            path: path, passphrase: passphrase, cost: kdf.cost, warn: world.warnOfSave
        ) {
            // A passphrase that nobody has seen must not lock anything.
            if generate { try GeneratedPassphrase.print(passphrase, json: output.json, in: world) }
        }
        let created = "created the vault \(shown(path))"
        if generate {
            output.noteUnlessJSON(created, in: world)
        } else {
            try output.report(created, ["status": "created", "vault": path], in: world)
        }
        return .done
    }
}
