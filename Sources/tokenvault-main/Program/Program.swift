import Console
import Platform

/// One run of the program, from its arguments to its exit status.
struct Program {
    let arguments: [String]
    let world: World
    var network = Network.live

    /// Runs the command, reports an error if there is one, and ends the process.
    func runAndExit() -> Never { world.runAndExit { try run() } }

    private func run() throws -> ExitStatus {
        switch try CommandLineParsing.command(for: arguments) {
        case .text(let text):
            try world.terminal.print(text)
            return .done
        case .local(let command):
            try world.requireText()
            let run = HookedRun(of: command, in: world, over: network)
            return try run.finish(Result { try command.run(in: run.world) })
        case .network(let command):
            // `doctor` itself reports what is wrong with variables.
            if command is Doctor {
                try world.requireArgumentText()
            } else {
                try world.requireText()
            }
            let run = HookedRun(of: command, in: world, over: network)
            return try run.finish(
                Result { try WaitingThread.result { try await run.run(command) } })
        }
    }
}
