internal import CPlatform
internal import Glibc
public import Sodium

/// A question to the person at the controlling terminal, whose answer is not shown.
///
/// It goes to /dev/tty whatever the standard streams are. The line discipline is switched off while
/// reading, because a terminal in canonical mode cuts lines at 4,095 bytes and tokens have no maximum
/// length; so erasing is done here. The terminal is put back on every way out: the answer, its end,
/// and signals, whichever thread the kernel gives them to.
@safe public struct HiddenPrompt: ~Copyable {
    private let terminal: File

    /// Why there is no answer.
    public enum Failure: Error, Equatable {
        /// The process has no terminal, or is in its background, where reading would stop it.
        case noTerminal
        /// Ctrl-C, or SIGINT from elsewhere.
        case interrupted
        /// Ctrl-D on an empty line, or the terminal went away.
        case ended
        /// More than the bytes allowed.
        case tooLong(limit: Int)
        /// The deadline came before the answer.
        case overtaken
    }

    /// Opens the controlling terminal.
    public init() throws(Failure) {
        let terminal = try Self.open()
        guard tcgetpgrp(terminal.descriptor) == getpgrp() else { throw .noTerminal }
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
            switch try answer(to: question, limit: limit, showing: isShown, until: deadline) {
            case .line(let secret):
                return secret
            case .signal(SIGINT):
                throw .interrupted
            case .signal(SIGTSTP):
                // Stopped as the shell expects; asked again once continued.
                raise(SIGSTOP)
            case .signal(let number):
                // The terminal is as it was and nothing is blocked: let it have its effect.
                kill(getpid(), number)
            }
        }
    }

    /// Shows a line on the terminal.
    public func say(_ text: String) {
        try? terminal.write([UInt8](text.utf8).span)
    }

    private func erase(_ columns: Int) {
        say(String(repeating: "\u{8} \u{8}", count: columns))
    }

    private enum Outcome: ~Copyable {
        case line(Secret)
        case signal(CInt)
    }

    private func answer(
        to question: String, limit: Int, showing isShown: Bool, until deadline: Deadline?
    ) throws(Failure) -> Outcome {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .noTerminal }
        let signals = File(descriptor: ends[0], path: "signals")
        let noting = File(descriptor: ends[1], path: "signals")
        let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
        var before = watched.map { _ in sigaction() }
        for (index, number) in watched.enumerated() {
            unsafe tokenvault_catch_signal(number, noting.descriptor, &before[index])
        }
        defer {
            for (index, number) in watched.enumerated() {
                unsafe tokenvault_restore_signal(number, &before[index])
            }
        }

        var usual = termios()
        unsafe tcgetattr(terminal.descriptor, &usual)
        var hidden = usual
        unsafe tokenvault_hide_input(&hidden)
        unsafe tcsetattr(terminal.descriptor, TCSADRAIN, &hidden)
        defer { unsafe tcsetattr(terminal.descriptor, TCSADRAIN, &usual) }

        say(question)
        // What is said next begins on a line of its own, whatever this comes to.
        defer { say("\n") }
        return try readLine(
            limit: limit, signals: signals.descriptor, showing: isShown, until: deadline)
    }

    private func readLine(
        limit: Int, signals: CInt, showing isShown: Bool, until deadline: Deadline?
    ) throws(Failure) -> Outcome {
        var line = Secret(minimumCapacity: 256)
        var tooLong = false
        while true {
            if let number = try waitForInput(signals: signals, until: deadline) {
                return .signal(number)
            }
            var byte: UInt8 = 0
            guard unsafe Glibc.read(terminal.descriptor, &byte, 1) == 1 else { throw .ended }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if tooLong { throw .tooLong(limit: limit) }
                return .line(line)
            case 0x04:  // Ctrl-D
                if line.count == 0 { throw .ended }
            case 0x7f, 0x08:
                let before = line.count
                line.removeLastCharacter()
                if isShown { erase(before - line.count) }
            case 0x15:  // Ctrl-U
                if isShown { erase(line.count) }
                line.truncate(to: 0)
                tooLong = false
            default:
                guard line.count < limit else {
                    tooLong = true
                    continue
                }
                // Letters alone: what the terminal would obey is not sent back to it.
                if isShown { say((0x20...0x7E).contains(byte) ? "\(Unicode.Scalar(byte))" : "?") }
                line.append(byte)
            }
        }
    }

    /// Returns the number of a signal that arrived before the next byte, or nil for the byte.
    private func waitForInput(
        signals: CInt, until deadline: Deadline?
    ) throws(Failure) -> CInt? {
        // `poll` passes over a descriptor of -1.
        var sources = [signals, deadline?.descriptor ?? -1, terminal.descriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        var ready: CInt
        repeat {
            ready = unsafe poll(&sources, 3, deadline?.millisecondsLeft ?? -1)
        } while ready < 0 && errno == EINTR
        guard sources[0].revents == 0 else {
            var number: UInt8 = 0
            _ = unsafe Glibc.read(signals, &number, 1)
            return CInt(number)
        }
        guard ready > 0, sources[1].revents == 0 else { throw .overtaken }
        return nil
    }
}

extension Secret {
    /// Drops the last character, all bytes of it where UTF-8 takes several.
    fileprivate mutating func removeLastCharacter() {
        let count = count
        let kept = withBytes { bytes in
            var end = count
            while end > 0 {
                end -= 1
                if bytes[end] & 0xC0 != 0x80 { break }
            }
            return end
        }
        truncate(to: kept)
    }
}
