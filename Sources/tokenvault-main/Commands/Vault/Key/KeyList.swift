import ArgumentParser
import Console
import Sodium
import Vault

struct KeyList: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the machine keys.",
        discussion: """
            Example:
              tokenvault key list
            """)

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    private struct Document: Encodable {
        let name: String
        let publicKey: String

        private enum CodingKeys: String, CodingKey {
            case name
            case publicKey = "public_key"
        }
    }

    func run(in world: World) throws -> ExitStatus {
        let slots = try vault.access.read(in: world) { $0.header.machineSlots }
        let keys = slots.map { slot in
            Document(
                name: slot.name,
                publicKey: String(decoding: Base64.encode(slot.publicKey.span), as: UTF8.self))
        }
        if output.json {
            try world.terminal.print(try JSONDocument.text(keys))
        } else if keys.isEmpty {
            output.note("no machine keys", in: world)
        } else {
            var table = Table(columns: [
                Table.Column(title: "NAME"), Table.Column(title: "PUBLIC KEY"),
            ])
            table.rows = keys.map { [$0.name, $0.publicKey] }
            let lines = table.lines(width: world.terminal.outputColumns())
            try world.terminal.print(lines.joined(separator: "\n") + "\n")
        }
        return .done
    }
}
