import ArgumentParser
import Console
import Sodium
import Vault

struct Passphrase: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Change the passphrase, and with it the key of the data.",
        discussion: """
            Neither the old passphrase nor a session or backup of before opens what is saved from now \
            on. Machine keys stay.

            Example:
              tokenvault passphrase
            """)

    @Option(help: "What trying the new passphrase costs; as before if not given.")
    var kdf: DerivationCost?

    @Flag(help: "Make a strong passphrase and print it, once.")
    var generate = false

    @Flag(help: "Drop all machine keys too, for when the old passphrase is in wrong hands.")
    var reissueKeys = false

    @Option(
        help: ArgumentHelp("Read the new passphrase from this file.", valueName: "path"),
        completion: .file())
    var newPassphraseFile: String?

    @Option(
        name: .customLong("new-passphrase-fd"),
        help: ArgumentHelp(
            "Read the new passphrase from this open descriptor.", valueName: "number"))
    var newPassphraseDescriptor: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        if let newPassphraseDescriptor {
            _ = try PassphraseSources.descriptor(newPassphraseDescriptor, in: world)
        }
        let owner = try vault.access.unlockAsOwner(in: world)
        let new = try newPassphrase(for: path, world: world)
        try owner.changePassphrase(
            to: new, cost: kdf?.cost ?? owner.cost, reissuingVaultKey: reissueKeys
        ) {
            // A passphrase that nobody got to see must not lock anything.
            if generate { try GeneratedPassphrase.print(new, json: output.json, in: world) }
        }
        if generate {
            output.noteUnlessJSON("the passphrase is changed", in: world)
        } else {
            try output.report("the passphrase is changed", ["status": "changed"], in: world)
        }
        report(owner, in: world)
        output.endSession(of: owner.vaultID, in: world)
        return .done
    }

    /// What became of the machine keys.
    private func report(_ owner: borrowing VaultOwner, in world: World) {
        let dropped = owner.unvouchedKeyNames
        for line in UnvouchedKeys(dropped, access: vault.access)?.shutOut ?? [] {
            output.warn(line, in: world)
        }
        let others = owner.machineKeyNames.filter { !dropped.contains($0) }
        if others.isEmpty { return }
        if reissueKeys {
            output.noteUnlessJSON(
                "these machine keys no longer open the vault: \(others.joined(separator: ", "))",
                in: world)
        } else if let reissuing = vault.access.command("tokenvault passphrase --reissue-keys") {
            output.noteUnlessJSON(
                "the old passphrase and an old copy of the vault are still enough to forge a vault that "
                    + "machine keys accept; to prevent that: \(reissuing)", in: world)
        }
    }

    private func newPassphrase(for path: String, world: World) throws -> SharedSecret {
        let ways = [generate, newPassphraseFile != nil, newPassphraseDescriptor != nil]
        guard ways.count(where: { $0 }) <= 1 else {
            throw VaultCommandMessage.severalNewPassphrases
        }
        if generate { return GeneratedPassphrase.make() }
        let sources = PassphraseSources(world: world, noInput: vault.noInput, vaultPath: path)
        do {
            if let newPassphraseFile {
                return try sources.read(file: newPassphraseFile, as: .newPassphrase)
            }
            if let newPassphraseDescriptor {
                return try sources.read(descriptor: newPassphraseDescriptor)
            }
        } catch let failure as UnusablePassphrase {
            throw failure.ofNewPassphrase
        }
        return try sources.askNew(for: path)
    }
}
