import Dispatch
import Glibc

/// SIGTERM and SIGINT, which stop the server instead of ending the process at once.
struct StopSignals {
    // A source stops reporting its signal when it is released.
    private let sources: [any DispatchSourceSignal]
    private let received: AsyncStream<Void>

    /// Returns once the signals are being watched.
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
