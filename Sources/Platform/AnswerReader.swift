internal import CPlatform
internal import Glibc
internal import Sodium

/// Reads one answer from a terminal whose input is hidden.
struct AnswerReader: ~Copyable {
    /// How the reading ended.
    enum End {
        case answer
        /// Ctrl-D on an empty line, or the terminal went away.
        case noAnswer
        case tooLong
        /// More than one line was pasted, and the rest of it was dropped.
        case severalLines
        case timedOut
        /// A signal came, or the key that sends one.
        case signal(SignalEffect)
    }

    private enum Input {
        case byte(UInt8)
        case signal(CInt)
        /// Nothing for as long as was allowed.
        case silence
        case timedOut
        case gone
    }

    /// Seconds within which the bytes of a key, or of what is pasted, follow each other.
    private static let pause = 0.1
    /// Seconds after which a paste whose end did not come is over.
    private static let pasteStall = 1.0
    /// The same once more than one line has come: no answer waits, and the rest of a long paste must not
    /// reach the shell.
    private static let restPause = 2.5
    /// The most seconds for which what comes together with the answer is dropped, until Ctrl-C.
    private static let longestRest = 60.0

    private let terminal: CInt
    private let isShown: Bool
    private let deadline: Deadline?
    private var decoder: KeyDecoder
    private var line: TypedLine
    /// What was read at once, and how much of that was looked at.
    private var piece = Secret(count: 1024) { _ in }
    private var filled = 0
    private var taken = 0

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

    /// Reads until there is an answer, or something else has come.
    mutating func read(_ signals: borrowing SignalWatch) -> End {
        while true {
            let patience =
                decoder.isInSequence ? Self.pause : decoder.isPasting ? Self.pasteStall : nil
            switch next(signals, within: patience) {
            case .byte(let byte):
                if let key = decoder.key(for: byte), let end = take(key, signals) { return end }
            case .signal(let number):
                return .signal(SignalEffect(number: number, isForGroup: false))
            case .silence: decoder.abandon()
            case .timedOut: return .timedOut
            case .gone: return .noAnswer
            }
        }
    }

    /// The answer, once it is complete.
    consuming func answer() -> Secret { line.text }

    private mutating func take(_ key: KeyDecoder.Key, _ signals: borrowing SignalWatch) -> End? {
        switch key {
        case .enter: return takeRest(signals)
        case .end: return line.count == 0 ? .noAnswer : nil
        case .signal(let number):
            let effect = SignalEffect(number: number, isForGroup: true)
            guard signals.isIgnored(number) else { return .signal(effect) }
            effect.passOn()
            return nil
        default:
            let before = line.count
            line.take(key)
            if isShown { show(key, added: line.count - before) }
            return nil
        }
    }

    /// What comes together with the end of the answer was pasted with it: it is neither for the next
    /// question nor for the shell.
    private mutating func takeRest(_ signals: borrowing SignalWatch) -> End {
        let end = SystemClock.uptime() + Self.longestRest
        reading: while SystemClock.uptime() < end {
            let pause = line.hasSeveralLines ? Self.restPause : Self.pause
            switch next(signals, within: pause) {
            case .byte(let byte):
                switch decoder.key(for: byte) {
                case .signal(let number)? where !signals.isIgnored(number):
                    return .signal(SignalEffect(number: number, isForGroup: true))
                case let key?: line.takeRest(key)
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

    /// Shows what a key did to the line; each byte of it takes one column.
    private func show(_ key: KeyDecoder.Key, added: Int) {
        guard added > 0, case .byte(let byte) = key else {
            return say(String(repeating: "\u{8} \u{8}", count: -added))
        }
        // Letters alone: what the terminal would obey is not sent back to it.
        say((0x20...0x7E).contains(byte) ? "\(Unicode.Scalar(byte))" : "?")
    }

    private func say(_ text: String) {
        try? writeAll(Array(text.utf8).span, to: terminal, path: "the terminal")
    }

    /// What comes next, within so many seconds if they are named.
    private mutating func next(
        _ signals: borrowing SignalWatch, within seconds: Double?
    ) -> Input {
        while taken == filled {
            let patience = [seconds.map { CInt($0 * 1000) }, deadline?.millisecondsLeft]
                .compactMap { $0 }.min()
            // `poll` passes over a descriptor of -1.
            var sources = [signals.descriptor, deadline?.descriptor ?? -1, terminal].map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            let ready = unsafe poll(&sources, 3, patience ?? -1)
            if ready < 0 {
                guard errno == EINTR else { return .gone }
                continue
            }
            if sources[0].revents != 0, let number = signals.next() { return .signal(number) }
            if sources[1].revents != 0 || deadline?.millisecondsLeft == 0 { return .timedOut }
            if ready == 0 { return .silence }
            if sources[2].revents != 0, !fill() { return .gone }
        }
        defer { taken += 1 }
        return .byte(piece.withBytes { $0[taken] })
    }

    /// Reads what is there; false when the terminal has gone away.
    private mutating func fill() -> Bool {
        let count = piece.withMutableBytes { bytes in
            unsafe bytes.withUnsafeMutableBufferPointer { buffer in
                unsafe Glibc.read(terminal, buffer.baseAddress, buffer.count)
            }
        }
        if count < 0, errno == EINTR { return true }
        (filled, taken) = (max(0, count), 0)
        return count > 0
    }
}
