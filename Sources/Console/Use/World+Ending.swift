import Entries
import Platform

extension World {
    /// Carries out the main part of a program, says what went wrong if anything did, and ends the process.
    package func runAndExit(_ body: () throws -> ExitStatus) -> Never {
        do {
            let status = try body()
            tellHeldNotices()
            CurrentProcess.exit(status: status.rawValue)
        } catch {
            let status = report(error)
            // The script around this one ends with it if it sees that the signal was the reason.
            if case TerminalPrompt.Failure.interrupted(let signal) = error { signal.end() }
            CurrentProcess.exit(status: status.rawValue)
        }
    }

    /// Tells the person, or the program, what went wrong.
    private func report(_ error: any Error) -> ExitStatus {
        // Who closed the pipe does not want to read more.
        if let failure = error as? SystemCallFailure, failure.isBrokenPipe {
            tellHeldNotices()
            return .inputOutput
        }
        let failure = Failure(error)
        if isJSON {
            let document = ErrorDocument(
                failure, hint: hint(failure), warnings: notices.takeTexts())
            terminal.writeError(document.text)
        } else {
            let word = ANSIStyle(forErrorsOf: self).red("error:")
            terminal.writeError("tokenvault: \(word) \(DisplayText.clean(failure.message.text))\n")
            if let hint = hint(failure) { terminal.note("hint: \(hint)") }
        }
        return failure.status
    }

    /// The hint, about the vault and the server that were named here; nil where a path cannot be shown as a
    /// command.
    private func hint(_ failure: Failure) -> String? {
        guard let hint = failure.hint?.text else { return nil }
        if hint == "tokenvault doctor" { return command(hint) }
        guard hint.hasPrefix("tokenvault ") || hint.contains(" | tokenvault "),
            !hint.hasPrefix("tokenvault help"), !hint.contains(" --vault "),
            let path = VaultArgument.path(in: options[...])
        else { return hint }
        return ShellWord.quoted(path).map { "\(hint) --vault \($0)" }
    }
}
