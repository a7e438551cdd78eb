/// The load of a simulator's server: its connections and concurrent requests.
public struct ServerLoad: Sendable {
    private var peers: Set<String> = []
    /// The number of requests in progress.
    private(set) var inFlight = 0
    /// The maximum number of requests that were in progress at the same time.
    public private(set) var mostInFlight = 0

    init(inFlight: Int = 0) { self.inFlight = inFlight }

    /// The number of connections on which requests arrived.
    public var connections: Int { peers.count }

    mutating func began(on peer: String) {
        peers.insert(peer)
        inFlight += 1
        mostInFlight = max(mostInFlight, inFlight)
    }

    mutating func ended() { inFlight -= 1 }

    var json: JSONValue {
        ["connections": .integer(connections), "most_in_flight": .integer(mostInFlight)]
    }
}
