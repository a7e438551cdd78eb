import Synchronization

/// Records what a transport observes, in order.
final class Recorder: Sendable {
    private let recorded = Mutex<[String?]>([])

    var values: [String?] { recorded.withLock { $0 } }

    func record(_ value: String?) { recorded.withLock { $0.append(value) } }
}
