import Console
import Dispatch
import Platform
import Synchronization

/// One run of the program, from its arguments to its exit status.
struct Program {
    let arguments: [String]
    let world: World
    var network = Network.live

    /// Runs, says what went wrong if anything did, and ends the process.
    func runAndExit() -> Never {
        do {
            let status = try run()
            world.tellHeldNotices()
            ProgramEnd.exit(status: status.rawValue)
        } catch {
            let status = report(error)
            // The script around this one ends with it if it sees that the signal was the reason.
            if case TerminalPrompt.Failure.interrupted(let signal) = error { signal.end() }
            ProgramEnd.exit(status: status.rawValue)
        }
    }

    private func run() throws -> ExitStatus {
        // The plain forms of `get` are what scripts call again and again; they go past the argument
        // parser, which takes longer than the look-up (the same code runs in the end).
        if let plain = PlainGet(arguments) {
            try world.requireText()
            return try plain.request.run(in: world)
        }
        switch try CommandLineParsing.command(for: arguments) {
        case .text(let text):
            try world.terminal.print(text)
            return .done
        case .local(let command):
            try world.requireText()
            return try command.run(in: world)
        case .network(let command):
            // `doctor` reports what is wrong with variables.
            if command is Doctor {
                try world.requireArgumentText()
            } else {
                try world.requireText()
            }
            let (world, network) = (world, network)
            return try waiting { try await command.run(in: world, over: network) }
        }
    }

    /// Runs `work` on a task and waits for it.
    ///
    /// An asynchronous `main` would end the main thread by unwinding, which alone takes longer than
    /// most commands.
    private func waiting(
        _ work: @escaping @Sendable () async throws -> ExitStatus
    ) throws -> ExitStatus {
        let outcome = Outcome()
        Task.detached {
            do {
                let status = try await work()
                outcome.set(.success(status))
            } catch {
                outcome.set(.failure(error))
            }
        }
        return try outcome.wait()
    }

    /// Tells the person, or the program, what went wrong.
    private func report(_ error: any Error) -> ExitStatus {
        // Who closed the pipe does not want to read more.
        if let failure = error as? SystemCallFailure, failure.isBrokenPipe {
            world.tellHeldNotices()
            return .inputOutput
        }
        let failure = Failure(error)
        if world.isJSON {
            let document = ErrorDocument(
                failure, hint: hint(failure), warnings: world.notices.takeTexts())
            world.terminal.writeError(document.text)
        } else {
            let word = ANSIStyle(forErrorsOf: world).red("error:")
            world.terminal.writeError(
                "tokenvault: \(word) \(DisplayText.clean(failure.message))\n")
            if let hint = hint(failure) { world.terminal.note("hint: \(hint)") }
        }
        return failure.status
    }

    private var options: ArraySlice<String> { arguments.prefix { $0 != "--" } }

    /// The hint, about the vault and the server that were named here; nil where a path cannot be shown as a
    /// command.
    private func hint(_ failure: Failure) -> String? {
        guard let hint = failure.hint else { return nil }
        if hint == "tokenvault doctor" { return world.command(hint) }
        guard hint.hasPrefix("tokenvault ") || hint.contains(" | tokenvault "),
            !hint.hasPrefix("tokenvault help"), !hint.contains(" --vault "),
            let path = VaultArgument.path(in: options)
        else { return hint }
        return ShellWord.quoted(path).map { "\(hint) --vault \($0)" }
    }
}

/// What a task comes to, for the thread that waits for it.
private final class Outcome: Sendable {
    private let result = Mutex<Result<ExitStatus, any Error>?>(nil)
    private let finished = DispatchSemaphore(value: 0)

    func set(_ result: Result<ExitStatus, any Error>) {
        self.result.withLock { $0 = result }
        finished.signal()
    }

    func wait() throws -> ExitStatus {
        finished.wait()
        guard let result = result.withLock({ $0 }) else {
            throw Failure(.internalFault, "a command ended without an outcome")
        }
        return try result.get()
    }
}
