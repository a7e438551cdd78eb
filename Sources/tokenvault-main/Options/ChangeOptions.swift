import ArgumentParser
import Console

/// The option of commands that may store a secret.
struct ChangeOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            """
            Run this shell command at the end if a secret or its expiry has changed. \
            (\(HookSource.changeVariable.rawValue))
            """, valueName: "command"))
    var onChange: String?

    /// Returns the hook that the option or, without it, the variable names.
    ///
    /// An empty command is ignored.
    func hook(in world: World) -> Hook? {
        if let onChange { return Hook(onChange, from: .changeOption) }
        let variable = HookSource.changeVariable
        return world.variable(variable.rawValue).flatMap { Hook($0, from: variable) }
    }
}

/// A command that may store a secret.
///
/// The program runs the hook when the command has ended; the command does nothing about it.
protocol StoringCommand: ParsableCommand {
    var changes: ChangeOptions { get }
}
