import ArgumentParser
import Console

struct Completion: LocalCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print a shell script that completes commands, options and entries.",
        discussion: """
            Entries are completed only while the vault is unlocked; completion never prompts. \
            Scripts/install puts the scripts where shells look for them.

            Examples:
              source <(tokenvault completion bash)
              tokenvault completion fish
            """)

    @Argument(
        help: "The shell: bash, zsh or fish.",
        completion: .list(CompletionScript.shells.keys.sorted()))
    var shell: String

    func run(in world: World) throws -> ExitStatus {
        guard let shell = CompletionScript.shells[shell] else {
            throw CompletionMessage.unknownShell
        }
        try world.terminal.print(CompletionScript.text(for: shell))
        return .done
    }
}
