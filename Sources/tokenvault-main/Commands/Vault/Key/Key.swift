import ArgumentParser
import Console

struct Key: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Manage keys that let machines unlock the vault without a passphrase.",
        discussion: """
            Example:
              tokenvault key add web1 web1.key
              TOKENVAULT_KEY_FILE=web1.key tokenvault get page:1020000000000001
            """,
        subcommands: [KeyAdd.self, KeyList.self, KeyRemove.self])
}
