internal import CPlatform
internal import Glibc

/// Signals that wait while an answer is typed, so that the terminal can be put back before they have
/// their effect.
///
/// A handler writes the number of each into a pipe, whichever thread the kernel gives it to.
@safe struct SignalWatch: ~Copyable {
    private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    /// What the job control of shells needs to reach a thread of libdispatch's, which blocks nearly
    /// everything.
    private static let unblocked = watched + [SIGCONT, SIGTTIN, SIGTTOU]

    private let pipe: Pipe
    private var before: [(number: CInt, action: sigaction)] = []
    private let mask: SignalMask

    init() throws(SystemCallFailure) {
        pipe = try Pipe("signals")
        mask = SignalMask(unblocking: Self.unblocked.filter { !ProcessHardening.wasBlocked($0) })
        for number in Self.watched { watch(number) }
    }

    /// From now on also a stop and its end that nobody could prepare for (SIGSTOP).
    mutating func watchContinuation() { watch(SIGCONT) }

    private mutating func watch(_ number: CInt) {
        var action = sigaction()
        unsafe tokenvault_catch_signal(number, pipe.writing.descriptor, &action)
        before.append((number, action))
    }

    /// Can be read once a signal has come.
    var descriptor: CInt { pipe.reading.descriptor }

    /// The signal that came first, if any, of those not asked for yet.
    func next() -> CInt? {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var number: UInt8 = 0
        guard unsafe poll(&source, 1, 0) == 1, unsafe read(descriptor, &number, 1) == 1 else {
            return nil
        }
        return CInt(number)
    }

    /// Whether the signal has no effect here, as whoever started this process has it.
    func isIgnored(_ number: CInt) -> Bool {
        if ProcessHardening.wasBlocked(number) { return true }
        guard var action = before.first(where: { $0.number == number })?.action else {
            return false
        }
        return unsafe tokenvault_is_ignored(&action) != 0
    }

    /// Lets signals have their usual effect again; returns one that came meanwhile and is left to be
    /// heeded.
    mutating func end() -> CInt? {
        for index in before.indices {
            unsafe tokenvault_restore_signal(before[index].number, &before[index].action)
        }
        before = []
        tokenvault_note_no_signals()
        mask.restore()
        while let number = next() {
            if number != SIGCONT { return number }
        }
        return nil
    }

    deinit {
        guard !before.isEmpty else { return }
        for entry in before {
            var action = entry.action
            unsafe tokenvault_restore_signal(entry.number, &action)
        }
        mask.restore()
    }
}

/// The signals that a thread does not hear.
struct SignalMask {
    private let before: sigset_t

    /// Unblocks some for this thread.
    init(unblocking numbers: [CInt]) {
        self.init(numbers, SIG_UNBLOCK)
    }

    /// Blocks some for this thread.
    init(blocking numbers: [CInt]) {
        self.init(numbers, SIG_BLOCK)
    }

    private init(_ numbers: [CInt], _ change: CInt) {
        var set = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(change, &set, &before)
        self.before = before
    }

    /// As it was.
    func restore() {
        var mask = before
        unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
