import Synchronization

/// What a transport saw, in the order in which it saw it.
final class Seen: Sendable {
    private let things = Mutex<[String?]>([])

    var all: [String?] { things.withLock { $0 } }

    func add(_ thing: String?) { things.withLock { $0.append(thing) } }
}
