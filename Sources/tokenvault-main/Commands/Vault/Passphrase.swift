import ArgumentParser
import Console
import Sodium
import Vault

struct Passphrase: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Change the passphrase and the data key.",
        discussion: """
            The old passphrase, existing sessions and older backups cannot open anything saved after \
            this. Machine keys remain valid.

            Example:
              tokenvault passphrase
            """)

    @Option(help: "Key derivation cost of the new passphrase; unchanged if not given.")
    var kdf: DerivationCost?

    @Flag(help: "Generate a strong passphrase and print it once.")
    var generate = false

    @Flag(help: "Remove all machine keys too, in case someone else knows the old passphrase.")
    var reissueKeys = false

    @Option(
        help: ArgumentHelp("Read the new passphrase from this file.", valueName: "path"),
        completion: .file())
    var newPassphraseFile: String?

    @Option(
        name: .customLong("new-passphrase-fd"),
        help: ArgumentHelp(
            "Read the new passphrase from this open file descriptor.", valueName: "number"))
    var newPassphraseDescriptor: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let path = try vault.access.resolvedPath(in: world)
        if let newPassphraseDescriptor {
            _ = try PassphraseSources.descriptor(newPassphraseDescriptor, in: world)
        }
        let owner = try await sharing.unlockAsOwner(
            vault.access, in: world, over: network)
        let new = try newPassphrase(for: path, world: world)
        let change = try owner.changingPassphrase(
            to: new, cost: kdf?.cost ?? owner.cost, reissuingVaultKey: reissueKeys)
        try await network.sharing.save(change, by: owner) { [generate, output] in
            // A passphrase that nobody has seen must not lock anything.
            if generate { try GeneratedPassphrase.print(new, json: output.json, in: world) }
        }
        if generate {
            output.noteUnlessJSON("changed the passphrase", in: world)
        } else {
            try output.report("changed the passphrase", ["status": "changed"], in: world)
        }
        report(owner, in: world)
        output.endSession(of: owner.vaultID, in: world)
        return .done
    }

    /// Reports which machine keys still open the vault.
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
                "someone who has the old passphrase and an old copy of the vault can still forge a vault "
                    + "that machine keys accept; to prevent this: \(reissuing)", in: world)
        }
    }

    private func newPassphrase(for path: String, world: World) throws -> SharedSecret {
        let sourcesGiven = [generate, newPassphraseFile != nil, newPassphraseDescriptor != nil]
        guard sourcesGiven.count(where: { $0 }) <= 1 else {
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
