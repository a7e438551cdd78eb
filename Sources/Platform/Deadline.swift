internal import Glibc

/// The end of a wait for a person: it comes by itself, and any thread can bring it about before.
@safe public final class Deadline: Sendable {
    private let pipe: Pipe
    private let end: Double

    /// A deadline so many seconds from now.
    public init(in seconds: Double) throws(SystemCallFailure) {
        pipe = try Pipe("a pipe")
        end = SystemClock.uptime() + seconds
    }

    /// Ends the wait now.
    public func fire() {
        try? pipe.writing.write([0].span)
    }

    /// Waits until it has come.
    public func wait() {
        _ = allowsReading(-1)
    }

    /// Waits until `descriptor` can be read; false when the deadline comes first.
    func allowsReading(_ descriptor: CInt) -> Bool {
        var sources = [
            pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let ready = unsafe poll(&sources, 2, millisecondsLeft)
            if ready < 0, errno == EINTR { continue }
            return ready > 0 && sources[0].revents == 0
        }
    }

    /// Can be read once it was brought about.
    var descriptor: CInt { pipe.reading.descriptor }

    /// What `poll` is to wait at most.
    var millisecondsLeft: CInt {
        CInt(min(max(0, (end - SystemClock.uptime()) * 1000), 2_000_000_000).rounded(.up))
    }
}
