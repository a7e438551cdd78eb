internal import CPlatform
internal import Glibc
public import Sodium

/// A prompt on the controlling terminal, where the answer is not shown.
///
/// It uses /dev/tty whatever the standard streams are. The terminal is restored in every case:
/// after an answer, at the end of input, and on signals. Signals then have their usual effect,
/// including job control: a prompt that Ctrl-Z stops appears again when the process continues.
@safe public struct TerminalPrompt: ~Copyable {
    private let terminal: File

    /// Why there is no answer.
    public enum Failure: Error, Equatable {
        /// The process has no terminal, or is in the background, where reading would stop it.
        case noTerminal
        /// The user pressed Ctrl-C, or SIGINT came from elsewhere; the caller cleans up and then
        /// ends with this signal.
        case interrupted(SignalEffect)
        /// The user pressed Ctrl-D on an empty line, or the terminal went away.
        case ended
        /// The answer has more bytes than allowed.
        case tooLong(limit: Int)
        /// More than one line was pasted; what arrived together with the first line was dropped.
        case severalLines
        /// The deadline passed before the answer.
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

    /// Prompts and returns the line that the user typed, without its line break.
    ///
    /// With `isShown`, the terminal shows the line; use that only if it is not secret.
    public func ask(
        _ question: String, limit: Int, showing isShown: Bool = false,
        until deadline: Deadline? = nil
    ) throws(Failure) -> Secret {
        while true {
            var signals = try watch()
            var input = try hide()
            signals.watchContinuation()
            write(question)
            var reader = AnswerReader(
                terminal, limit: limit, showing: isShown, until: deadline,
                bindings: input.bindings)
            var end = reader.read(signals)
            input.end()
            // The next output begins on a new line, whatever the result.
            write("\n")
            if let number = signals.end() {
                end = .signal(SignalEffect(number: number, isForGroup: false))
            }
            switch end {
            case .answer: return reader.answer()
            case .noAnswer: throw .ended
            case .tooLong: throw .tooLong(limit: limit)
            case .severalLines: throw .severalLines
            case .timedOut: throw .timedOut
            case .signal(let effect): try handle(effect)
            }
        }
    }

    /// Returns if the prompt should appear again.
    private func handle(_ effect: SignalEffect) throws(Failure) {
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

    private func write(_ text: String) {
        try? terminal.write([UInt8](text.utf8).span)
    }
}
