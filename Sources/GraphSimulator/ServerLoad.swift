/// How a simulator's server was used: by how many connections, and how many requests at once.
public struct ServerLoad: Sendable {
    private var peers: Set<String> = []
    /// Requests that are being answered now.
    private(set) var inFlight = 0
    /// The most requests that were being answered at the same time.
    public private(set) var mostInFlight = 0

    init(inFlight: Int = 0) { self.inFlight = inFlight }

    /// How many connections brought requests.
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
