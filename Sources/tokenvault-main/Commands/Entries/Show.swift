import ArgumentParser
import Console
import Entries
import Sodium
import Vault

struct Show: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the details of an entry, without its secret.",
        discussion: """
            Example:
              tokenvault show page:1020000000000001
            """)

    @Argument(
        help: ArgumentHelp("The entry, as kind:id or kind:name.", valueName: "ref"),
        completion: .references())
    var reference: String

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let (entry, secret) = try vault.access.read(in: world) { reader in
            try reader.entry(try reader.reference(reference))
        }
        let now = world.now()
        if output.json {
            try world.terminal.printJSON(entry, status: EntryStatus(entry, at: now))
        } else {
            try world.terminal.print(details(of: entry, secret: secret, now: now, in: world))
        }
        return .done
    }

    private func details(
        of entry: Entry, secret: SharedSecret, now: Timestamp, in world: World
    ) -> String {
        let metadata = entry.metadata
        let time = TimeText(now: now, in: world)
        let isToken = entry.reference.kind.isToken
        return DetailView(title: entry.reference.description).text([
            ("name", metadata.name),
            ("status", EntryStatus(entry, at: now).rawValue),
            ("why", metadata.validity.reason),
            ("expires", isToken ? time.text(metadata.expiresAt) : nil),
            ("data access", isToken ? time.text(metadata.dataAccessExpiresAt) : nil),
            ("app", metadata.app?.description),
            ("user", metadata.user?.description),
            ("category", metadata.category),
            ("instagram", EntryWords.instagram(metadata)),
            ("tasks", metadata.tasks?.joined(separator: " ")),
            ("scopes", metadata.scopes?.joined(separator: " ")),
            ("added", metadata.addedAt.map(time.local)),
            ("changed", metadata.changedAt.map(time.local)),
            ("checked", metadata.checkedAt.map(time.local)),
            ("fingerprint", fingerprint(of: secret)),
        ])
    }

    /// Returns eight hexadecimal digits for comparing copies of a secret; they reveal nothing else.
    private func fingerprint(of secret: SharedSecret) -> String {
        let hash = secret.withSecret { secret in
            KeyedHash.hmacSHA256(Array("tokenvault fingerprint".utf8).span, key: secret)
        }
        return hexadecimal(Array(hash.prefix(4)))
    }
}
