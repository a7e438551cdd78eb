internal import Glibc

/// The end of a wait for a person.
///
/// It passes by itself, and any thread can make it pass earlier.
@safe public final class Deadline: Sendable {
    private let pipe: Pipe
    private let end: Double

    /// Creates a deadline this many seconds from now.
    public init(in seconds: Double) throws(SystemCallFailure) {
        pipe = try Pipe("a pipe")
        end = SystemClock.uptime() + seconds
    }

    /// Ends the wait now.
    public func fire() {
        try? pipe.writing.write([0].span)
    }

    /// Waits until the deadline has passed.
    public func wait() {
        _ = waitUntilReadable(-1)
    }

    /// Waits until `descriptor` is readable, and returns `false` if the deadline passes first.
    func waitUntilReadable(_ descriptor: CInt) -> Bool {
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

    /// A descriptor that becomes readable when the deadline is fired.
    var descriptor: CInt { pipe.reading.descriptor }

    /// The timeout for `poll`.
    var millisecondsLeft: CInt {
        CInt(min(max(0, (end - SystemClock.uptime()) * 1000), 2_000_000_000).rounded(.up))
    }
}
