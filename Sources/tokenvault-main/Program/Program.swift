import Console
import Dispatch
import Platform
import Synchronization

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
            return try run.finish(Result { try waiting { try await run.run(command) } })
        }
    }

    /// Runs `work` in a task and waits for it.
    ///
    /// The task begins on this thread and stays there until it has to wait for something, which no
    /// command does that needs neither the network nor a shared vault. Those create no thread.
    ///
    /// An asynchronous `main` would end the main thread by unwinding, which alone takes longer than
    /// most commands.
    private func waiting(
        _ work: @escaping @Sendable () async throws -> ExitStatus
    ) throws -> ExitStatus {
        let result = TaskResult()
        Task.immediateDetached {
            do {
                let status = try await work()
                result.set(.success(status))
            } catch {
                result.set(.failure(error))
            }
        }
        return try result.wait()
    }
}

/// The result of a task, for the thread that waits for it.
private final class TaskResult: Sendable {
    private let result = Mutex<Result<ExitStatus, any Error>?>(nil)
    private let finished = DispatchSemaphore(value: 0)

    func set(_ result: Result<ExitStatus, any Error>) {
        self.result.withLock { $0 = result }
        finished.signal()
    }

    func wait() throws -> ExitStatus {
        finished.wait()
        guard let result = result.withLock({ $0 }) else {
            throw ProgramFault.noOutcome
        }
        return try result.get()
    }
}
