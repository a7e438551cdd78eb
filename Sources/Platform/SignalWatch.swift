internal import CPlatform
internal import Glibc

/// Signals that are held back while an answer is typed, so that the terminal can be restored before
/// they take effect.
///
/// A handler writes the number of each signal into a pipe, on whichever thread the kernel delivers
/// it.
@safe struct SignalWatch: ~Copyable {
    private static let watched = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    /// The signals to unblock: libdispatch's threads block nearly all of them, and shell job
    /// control needs these.
    private static let unblocked = watched + [SIGCONT, SIGTTIN, SIGTTOU]

    private let pipe: Pipe
    private var before: [(number: CInt, action: sigaction)] = []
    private let mask: SignalMask

    init() throws(SystemCallFailure) {
        pipe = try Pipe("signals")
        mask = SignalMask(unblocking: Self.unblocked.filter { !ProcessHardening.wasBlocked($0) })
        for number in Self.watched { watch(number) }
    }

    /// Also watches for SIGCONT, which follows a stop that nothing could prepare for (SIGSTOP).
    mutating func watchContinuation() { watch(SIGCONT) }

    private mutating func watch(_ number: CInt) {
        var action = sigaction()
        unsafe tokenvault_catch_signal(number, pipe.writing.descriptor, &action)
        before.append((number, action))
    }

    /// A descriptor that becomes readable when a signal has arrived.
    var descriptor: CInt { pipe.reading.descriptor }

    /// Returns the earliest signal not returned yet, or `nil` if there is none.
    func next() -> CInt? {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        var number: UInt8 = 0
        guard unsafe poll(&source, 1, 0) == 1, unsafe read(descriptor, &number, 1) == 1 else {
            return nil
        }
        return CInt(number)
    }

    /// Returns whether the signal has no effect, because this process was started with it blocked
    /// or ignored.
    func isIgnored(_ number: CInt) -> Bool {
        if ProcessHardening.wasBlocked(number) { return true }
        guard var action = before.first(where: { $0.number == number })?.action else {
            return false
        }
        return unsafe tokenvault_is_ignored(&action) != 0
    }

    /// Restores the usual effect of signals, and returns one that arrived in the meantime and must
    /// still be handled.
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

/// The signals that a thread blocks.
struct SignalMask {
    private let before: sigset_t

    /// Unblocks signals for this thread.
    init(unblocking numbers: [CInt]) {
        self.init(numbers, SIG_UNBLOCK)
    }

    /// Blocks signals for this thread.
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

    /// Restores the mask from before the change.
    func restore() {
        var mask = before
        unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
    }
}
