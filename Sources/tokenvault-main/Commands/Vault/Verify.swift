import ArgumentParser
import Console
import Vault

struct Verify: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read every byte of the vault and check its integrity.",
        discussion: """
            Example:
              tokenvault verify
            """)

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        let status = "ok"
        let entries: Int
        let generation: UInt64
        let epoch: UInt64
    }

    func run(in world: World) throws -> ExitStatus {
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        let found = try vault.access.readStrictly(in: world) { reader in
            var entries = 0
            try reader.forEachRecord { record in
                _ = try record.storedMetadata()
                if record.reference.isHidden { return }
                entries += 1
                progress.show("\(entries) entries")
            }
            return Document(
                entries: entries, generation: reader.header.generation, epoch: reader.header.epoch)
        }
        try world.terminal.print(
            output.json
                ? try JSONDocument.text(found)
                : "sound: \(found.entries) \(found.entries == 1 ? "entry" : "entries"), save \(found.generation)\n"
        )
        return .done
    }
}
