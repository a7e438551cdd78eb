internal import CPlatform
internal import Glibc
internal import Sodium

/// Reads one answer from a terminal whose input is hidden.
struct AnswerReader: ~Copyable {
    /// How reading ended.
    enum End {
        case answer
        /// The user pressed Ctrl-D on an empty line, or the terminal went away.
        case noAnswer
        case tooLong
        /// More than one line was pasted, and the rest was dropped.
        case severalLines
        case timedOut
        /// A signal arrived, or the user pressed the key that sends one.
        case signal(SignalEffect)
    }

    private enum Input {
        case byte(UInt8)
        case signal(CInt)
        /// Nothing arrived within the time allowed.
        case silence
        case timedOut
        case gone
    }

    /// The time, in seconds, within which the bytes of a key or of a paste follow each other.
    private static let pause = 0.1
    /// The time, in seconds, after which a paste without an end is over.
    private static let pasteStall = 1.0
    /// The time, in seconds, after which the input is over once more than one line has arrived.
    ///
    /// It is longer than `pause`: there is no answer to wait for, and the rest of a long paste must
    /// not reach the shell.
    private static let restPause = 2.5
    /// The maximum time, in seconds, for dropping what arrives with the answer; Ctrl-C ends it
    /// earlier.
    private static let longestRest = 60.0

    private let terminal: CInt
    private let isShown: Bool
    private let deadline: Deadline?
    private var decoder: KeyDecoder
    private var line: TypedLine
    /// The bytes of the last read, and how many of them were consumed.
    private var buffer = Secret(count: 1024) { _ in }
    private var filled = 0
    private var consumed = 0

    init(
        _ terminal: borrowing File, limit: Int, showing isShown: Bool, until deadline: Deadline?,
        bindings: KeyDecoder.Bindings
    ) {
        self.terminal = terminal.descriptor
        self.isShown = isShown
        self.deadline = deadline
        decoder = KeyDecoder(bindings)
        line = TypedLine(limit: limit)
    }

    /// Reads until there is an answer or something else ends the reading.
    mutating func read(_ signals: borrowing SignalWatch) -> End {
        while true {
            let timeout =
                decoder.isInSequence ? Self.pause : decoder.isPasting ? Self.pasteStall : nil
            switch next(signals, within: timeout) {
            case .byte(let byte):
                if let key = decoder.key(for: byte), let end = handle(key, signals) { return end }
            case .signal(let number):
                return .signal(SignalEffect(number: number, isForGroup: false))
            case .silence: decoder.abandon()
            case .timedOut: return .timedOut
            case .gone: return .noAnswer
            }
        }
    }

    /// Returns the answer, once it is complete.
    consuming func answer() -> Secret { line.text }

    private mutating func handle(_ key: KeyDecoder.Key, _ signals: borrowing SignalWatch) -> End? {
        switch key {
        case .enter: return drainRest(signals)
        case .end: return line.count == 0 ? .noAnswer : nil
        case .signal(let number):
            let effect = SignalEffect(number: number, isForGroup: true)
            guard signals.isIgnored(number) else { return .signal(effect) }
            effect.forward()
            return nil
        default:
            let before = line.count
            line.apply(key)
            if isShown { show(key, added: line.count - before) }
            return nil
        }
    }

    /// Drops what arrives together with the end of the answer.
    ///
    /// It was pasted with the answer, and is meant neither for the next prompt nor for the shell.
    private mutating func drainRest(_ signals: borrowing SignalWatch) -> End {
        let end = SystemClock.uptime() + Self.longestRest
        reading: while SystemClock.uptime() < end {
            let pause = line.hasSeveralLines ? Self.restPause : Self.pause
            switch next(signals, within: pause) {
            case .byte(let byte):
                switch decoder.key(for: byte) {
                case .signal(let number)? where !signals.isIgnored(number):
                    return .signal(SignalEffect(number: number, isForGroup: true))
                case let key?: line.noteRest(key)
                case nil: break
                }
            case .signal(let number):
                return .signal(SignalEffect(number: number, isForGroup: false))
            case .silence, .timedOut, .gone: break reading
            }
        }
        if line.isTooLong { return .tooLong }
        return line.hasSeveralLines ? .severalLines : .answer
    }

    /// Shows the effect of a key on the line; each byte of the line takes one column.
    private func show(_ key: KeyDecoder.Key, added: Int) {
        guard added > 0, case .byte(let byte) = key else {
            return write(String(repeating: "\u{8} \u{8}", count: -added))
        }
        // Only printable ASCII: nothing that the terminal would interpret is sent back to it.
        write((0x20...0x7E).contains(byte) ? "\(Unicode.Scalar(byte))" : "?")
    }

    private func write(_ text: String) {
        try? writeAll(Array(text.utf8).span, to: terminal, path: "the terminal")
    }

    /// Returns the next input, waiting at most `seconds` if that is given.
    private mutating func next(
        _ signals: borrowing SignalWatch, within seconds: Double?
    ) -> Input {
        while consumed == filled {
            let timeout = [seconds.map { CInt($0 * 1000) }, deadline?.millisecondsLeft]
                .compactMap { $0 }.min()
            // `poll` ignores a descriptor of -1.
            var sources = [signals.descriptor, deadline?.descriptor ?? -1, terminal].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = unsafe poll(&sources, 3, timeout ?? -1)
            if ready < 0 {
                guard errno == EINTR else { return .gone }
                continue
            }
            if sources[0].revents != 0, let number = signals.next() { return .signal(number) }
            if sources[1].revents != 0 || deadline?.millisecondsLeft == 0 { return .timedOut }
            if ready == 0 { return .silence }
            if sources[2].revents != 0, !fill() { return .gone }
        }
        defer { consumed += 1 }
        return .byte(buffer.withBytes { $0[consumed] })
    }

    /// Reads what is available, and returns `false` if the terminal has gone away.
    private mutating func fill() -> Bool {
        let count = buffer.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBufferPointer { buffer in
                unsafe Glibc.read(terminal, buffer.baseAddress, buffer.count)
            }
        }
        if count < 0, errno == EINTR { return true }
        (filled, consumed) = (max(0, count), 0)
        return count > 0
    }
}
