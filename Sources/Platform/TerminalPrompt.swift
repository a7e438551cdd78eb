internal import CPlatform
internal import Glibc
public import Sodium

/// A question to the person at the controlling terminal, whose answer is not shown.
///
/// It goes to /dev/tty whatever the standard streams are. The terminal is put back on every way out: the
/// answer, its end, and signals. These have their usual effect then, job control included: what Ctrl-Z
/// stops asks again when it is continued.
@safe public struct TerminalPrompt: ~Copyable {
    private let terminal: File

    /// Why there is no answer.
    public enum Failure: Error, Equatable {
        /// The process has no terminal, or is in its background, where reading would stop it.
        case noTerminal
        /// Ctrl-C, or SIGINT from elsewhere: whoever has done what is left to do ends by it.
        case interrupted(SignalEffect)
        /// Ctrl-D on an empty line, or the terminal went away.
        case ended
        /// More than the bytes allowed.
        case tooLong(limit: Int)
        /// More than one line was pasted. What came together with the first was dropped.
        case severalLines
        /// The deadline came before the answer.
        case timedOut
    }

    /// Opens the controlling terminal.
    public init() throws(Failure) {
        let terminal = try Self.open()
        guard HiddenInput.isForeground(terminal.descriptor) else { throw .noTerminal }
        self.terminal = terminal
    }

    private static func open() throws(Failure) -> File {
        do throws(SystemCallFailure) {
            return try File("/dev/tty", O_RDWR | O_NOCTTY, mode: 0, doing: .open)
        } catch {
            throw .noTerminal
        }
    }

    /// Asks and returns the line typed, without its end; shows it where it is no secret.
    public func ask(
        _ question: String, limit: Int, showing isShown: Bool = false,
        until deadline: Deadline? = nil
    ) throws(Failure) -> Secret {
        while true {
            var signals = try watch()
            var input = try hide()
            signals.watchContinuation()
            say(question)
            var reader = AnswerReader(
                terminal, limit: limit, showing: isShown, until: deadline,
                bindings: input.bindings)
            var end = reader.read(signals)
            input.end()
            // What is said next begins on a line of its own, whatever this came to.
            say("\n")
            if let number = signals.end() {
                end = .signal(SignalEffect(number: number, isForGroup: false))
            }
            switch end {
            case .answer: return reader.answer()
            case .noAnswer: throw .ended
            case .tooLong: throw .tooLong(limit: limit)
            case .severalLines: throw .severalLines
            case .timedOut: throw .timedOut
            case .signal(let effect): try heed(effect)
            }
        }
    }

    /// Returns when the question is to be asked again.
    private func heed(_ effect: SignalEffect) throws(Failure) {
        switch effect.number {
        case SIGINT: throw .interrupted(effect)
        case SIGTSTP: effect.stop()
        case SIGCONT: break
        default: effect.end()
        }
    }

    private func watch() throws(Failure) -> SignalWatch {
        do throws(SystemCallFailure) {
            return try SignalWatch()
        } catch {
            throw .noTerminal
        }
    }

    private func hide() throws(Failure) -> HiddenInput {
        do throws(HiddenInput.Refused) {
            return try HiddenInput(terminal)
        } catch {
            throw .noTerminal
        }
    }

    private func say(_ text: String) {
        try? terminal.write([UInt8](text.utf8).span)
    }
}
