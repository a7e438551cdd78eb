internal import Glibc

/// A signal that was held back, and the effect that it has by default.
public struct SignalEffect: Equatable, Sendable {
    let number: CInt
    /// Whether it is for the whole process group, as the terminal sends it for a key.
    let isForGroup: Bool

    /// A key of the terminal that interrupts: SIGINT for the process group.
    public static let interruptKey = SignalEffect(number: SIGINT, isForGroup: true)

    /// Sends it to the group, in which this process ignores it.
    func passOn() {
        if isForGroup { kill(0, number) }
    }

    /// Stops the process, as job control has it, and returns when it is continued.
    ///
    /// All of the group stops once, and none of it where no shell could continue it.
    func stop() {
        // The signal waits here until the others have theirs, and SIGCONT takes it back: whoever
        // continues the group at once does not see this process stop afterwards.
        let mask = SignalMask(blocking: [number])
        raise(number)
        if isForGroup { kill(0, number) }
        _ = SignalMask(unblocking: [number])
        mask.restore()
    }

    /// Ends the process by the signal, so that its parent sees what ended it.
    public func end() -> Never {
        signal(number, SIG_DFL)
        _ = SignalMask(unblocking: [number])
        if isForGroup { kill(0, number) }
        raise(number)
        // The first process of a container does not die of signals.
        _exit(128 + number)
    }
}
