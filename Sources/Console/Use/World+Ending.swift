import Entries
import Platform

extension World {
    /// Runs the main part of a program, reports the error if it fails, and ends the process.
    package func runAndExit(_ body: () throws -> ExitStatus) -> Never {
        do {
            let status = try body()
            writeHeldNotices()
            CurrentProcess.exit(status: status.rawValue)
        } catch {
            let status = report(error)
            // A calling script stops as well only if it sees that the signal ended this process.
            if case TerminalPrompt.Failure.interrupted(let signal) = error { signal.end() }
            CurrentProcess.exit(status: status.rawValue)
        }
    }

    /// Reports an error on standard error and returns its exit status.
    private func report(_ error: any Error) -> ExitStatus {
        // The reader closed the pipe on purpose, so this is not reported.
        if let failure = error as? SystemCallFailure, failure.isBrokenPipe {
            writeHeldNotices()
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

    /// Returns the hint with the vault and the server that this command line selects, or `nil` if
    /// there is no hint or the path cannot be shown in a command.
    private func hint(_ failure: Failure) -> String? {
        guard let hint = failure.hint?.text else { return nil }
        if hint == "tokenvault doctor" { return command(hint) }
        let words = hint.split(separator: " " as Character)
        let isOurs =
            words.first == "tokenvault"
            || zip(words, words.dropFirst()).contains { $0 == ("|", "tokenvault") }
        guard isOurs, !hint.hasPrefix("tokenvault help"), !VaultArgument.isNamed(in: hint),
            let path = VaultArgument.path(in: options[...])
        else { return hint }
        return ShellWord.quoted(path).map { "\(hint) --vault \($0)" }
    }
}
