internal import Glibc

/// A signal that was held back, with its default effect.
public struct SignalEffect: Equatable, Sendable {
    let number: CInt
    /// Whether it is for the whole process group, as when the terminal sends it for a key.
    let isForGroup: Bool

    /// The interrupt key of the terminal: SIGINT for the process group.
    public static let interruptKey = SignalEffect(number: SIGINT, isForGroup: true)

    /// Sends the signal to the process group; this process ignores it.
    func forward() {
        if isForGroup { kill(0, number) }
    }

    /// Stops the process as job control does, and returns when it is continued.
    ///
    /// The whole group stops once, or none of it if there is no shell that could continue it.
    func stop() {
        // The signal stays pending here until the other processes have theirs, and SIGCONT cancels
        // it: if someone continues the group at once, this process does not stop afterward.
        let mask = SignalMask(blocking: [number])
        raise(number)
        if isForGroup { kill(0, number) }
        _ = SignalMask(unblocking: [number])
        mask.restore()
    }

    /// Ends the process with the signal, so that its parent sees what ended it.
    public func end() -> Never {
        signal(number, SIG_DFL)
        _ = SignalMask(unblocking: [number])
        if isForGroup { kill(0, number) }
        raise(number)
        // The first process of a container does not die from signals.
        _exit(128 + number)
    }
}
