import Dispatch
import Glibc

/// SIGTERM and SIGINT, which stop the server instead of ending the process at once.
struct StopSignals {
    // A source that is released no longer reports its signal.
    private let sources: [any DispatchSourceSignal]
    private let received: AsyncStream<Void>

    /// Returns once signals are noticed.
    init() async {
        let (received, continuation) = AsyncStream.makeStream(of: Void.self)
        self.received = received
        sources = [SIGTERM, SIGINT].map { DispatchSource.makeSignalSource(signal: $0) }
        for source in sources {
            source.setEventHandler { continuation.yield() }
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.activate()
            }
        }
    }

    /// Waits for a signal.
    func first() async {
        for await _ in received { break }
    }
}
