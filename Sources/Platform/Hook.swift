internal import CPlatform
internal import Glibc

extension ChildProcess {
    /// How a command that received a document ended.
    public enum HookEnd: Equatable, Sendable {
        /// It ended with this status, or because of a signal (128 plus its number).
        case ended(status: Int32)
        /// It could not be started.
        case notStarted(reason: String)
        /// It took too long and was ended.
        case timedOut
        /// This process received a signal that ends it, and ended the command first.
        case interrupted(SignalEffect)
    }

    /// Runs `/bin/sh -c command` with `document` on its standard input, and waits for it to end.
    ///
    /// Everything that it prints goes to standard error. It runs in a session of its own, so that
    /// all of its processes can be ended together: after `seconds`, or when a signal ends this
    /// process. They first receive SIGTERM, and a second later SIGKILL. Neither input that it does
    /// not read, nor output that nobody reads, nor a process that it leaves behind makes this
    /// function wait longer.
    public static func runHook(
        _ command: String, document: [UInt8], environment: EnvironmentBlock, seconds: Double
    ) -> HookEnd {
        runHook(
            command, document: document, environment: environment, seconds: seconds,
            output: StandardStream.error.descriptor)
    }

    static func runHook(
        _ command: String, document: [UInt8], environment: EnvironmentBlock, seconds: Double,
        output: CInt
    ) -> HookEnd {
        do {
            var signals = try SignalWatch()
            var hook = try Hook(command, document, environment: environment, output: output)
            return hook.finish(by: SystemClock.uptime() + seconds, &signals)
        } catch let failure as SystemCallFailure {
            return .notStarted(reason: failure.reason)
        } catch Failure.notStarted(let reason) {
            return .notStarted(reason: reason)
        } catch {
            return .notStarted(reason: "\(type(of: error))")
        }
    }
}

/// A running command that receives a document.
@safe private struct Hook: ~Copyable {
    /// How often to look whether the command has ended, in milliseconds.
    private static let pause: CInt = 10
    /// The time, in seconds, from SIGTERM to SIGKILL.
    private static let grace = 1.0
    /// The amount that a pipe accepts without blocking once `poll` says that it is writable.
    private static let portion = 4096
    /// The maximum amount of output to pass on after the command has ended, which is more than a
    /// pipe can hold.
    private static let lastOutput = 1 << 20

    private let child: pid_t
    private let document: [UInt8]
    private var sent = 0
    private var input: File?
    private let inputDescriptor: CInt
    private let output: File
    private var isOutputOpen = true
    /// Output of the command that has not been passed on yet.
    private var held: [UInt8] = []
    /// Where the output goes, or `nil` if that cannot be written to.
    private var destination: CInt?

    init(
        _ command: String, _ document: [UInt8], environment: EnvironmentBlock, output: CInt
    ) throws {
        let inputPipe = try Pipe("the command's input")
        let outputPipe = try Pipe("the command's output")
        child = try ChildProcess.start(
            ["/bin/sh", "-c", command], environment: environment, input: inputPipe.reading,
            outputAndErrors: outputPipe.writing)
        let writing = inputPipe.writing
        inputDescriptor = writing.descriptor
        input = consume writing
        self.output = outputPipe.reading
        self.document = document
        destination = output
        for descriptor in [inputDescriptor, self.output.descriptor] {
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        }
        if document.isEmpty { input = nil }
    }

    /// Waits until the command has ended or must be ended.
    mutating func finish(
        by end: Double, _ signals: inout SignalWatch
    ) -> ChildProcess.HookEnd {
        while !ChildProcess.hasEnded(child) {
            if SystemClock.uptime() >= end {
                stop()
                return .timedOut
            }
            if let number = signals.next(), let effect = Self.effect(of: number, &signals) {
                stop()
                return .interrupted(effect)
            }
            pump(waking: signals.descriptor)
        }
        passRest(until: end)
        return .ended(status: ChildProcess.wait(for: child))
    }

    /// Returns the signal that ends this process, or stops it and returns `nil` when it continues.
    private static func effect(
        of number: CInt, _ signals: inout SignalWatch
    ) -> SignalEffect? {
        guard number == SIGTSTP else { return SignalEffect(number: number, isForGroup: false) }
        // The command has its own session, and goes on.
        let other = signals.end()
        if let other, other != SIGTSTP { return SignalEffect(number: other, isForGroup: false) }
        SignalEffect(number: SIGTSTP, isForGroup: false).stop()
        if let watch = try? SignalWatch() { signals = watch }
        return nil
    }

    /// Ends all processes of the command that are still in its process group.
    private mutating func stop() {
        kill(-child, SIGTERM)
        let end = SystemClock.uptime() + Self.grace
        while SystemClock.uptime() < end, isOutputOpen || !ChildProcess.hasEnded(child) {
            pump(waking: -1)
        }
        // The shell has not been waited for, so its number still names the group.
        kill(-child, SIGKILL)
        passRest(until: SystemClock.uptime() + Self.grace)
        _ = ChildProcess.wait(for: child)
    }

    /// Moves what can be moved, and otherwise waits for a moment.
    private mutating func pump(waking signals: CInt) {
        // `poll` ignores a descriptor of -1.
        var sources = [
            pollfd(fd: input == nil ? -1 : inputDescriptor, events: Int16(POLLOUT), revents: 0),
            pollfd(
                fd: isOutputOpen && held.isEmpty ? output.descriptor : -1, events: Int16(POLLIN),
                revents: 0),
            pollfd(
                fd: held.isEmpty ? -1 : destination ?? -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&sources, 4, Self.pause) > 0 else { return }
        if sources[0].revents != 0 { send() }
        if sources[1].revents != 0 { receive() }
        if sources[2].revents != 0 { pass() }
    }

    /// Passes on what the command wrote before it ended.
    private mutating func passRest(until end: Double) {
        var left = Self.lastOutput
        while left > 0, SystemClock.uptime() < end {
            if held.isEmpty { receive() }
            if held.isEmpty { return }
            let before = held.count
            pump(waking: -1)
            left -= before - held.count
        }
    }

    /// Writes the next part of the document.
    private mutating func send() {
        let count = unsafe document.withUnsafeBytes { bytes in
            unsafe write(
                inputDescriptor, bytes.baseAddress.map { unsafe $0 + sent }, document.count - sent)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        sent += max(0, count)
        // The command need not read it: a closed pipe is not an error.
        if count < 0 || sent == document.count { input = nil }
    }

    /// Reads the next part of the output.
    private mutating func receive() {
        guard isOutputOpen else { return }
        var buffer = [UInt8](repeating: 0, count: Self.portion)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe read(output.descriptor, bytes.baseAddress, bytes.count)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        isOutputOpen = count > 0
        if count > 0, destination != nil { held = Array(buffer.prefix(count)) }
    }

    /// Writes the output that was read.
    private mutating func pass() {
        guard let destination else {
            held = []
            return
        }
        let count = unsafe held.withUnsafeBytes { bytes in
            unsafe write(destination, bytes.baseAddress, bytes.count)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        if count >= 0 {
            held.removeFirst(count)
        } else {
            // Keep reading, or the command would wait forever.
            self.destination = nil
            held = []
        }
    }
}
