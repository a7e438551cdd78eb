import FoundationEssentials
import Synchronization

/// Where a simulation's time comes from.
public struct SimulatedClock: Sendable {
    private var offset = 0
    private var stopped: Int?

    /// Real time.
    public static let real = SimulatedClock()

    /// Runs on from a time, in seconds since 1970.
    public static func running(from time: Int) -> SimulatedClock {
        SimulatedClock(offset: time - Self.realTime)
    }

    /// Stands still at a time until it is moved.
    public static func stopped(at time: Int) -> SimulatedClock { SimulatedClock(stopped: time) }

    /// Seconds since 1970.
    public var now: Int { stopped ?? Self.realTime + offset }

    /// Moves the clock, forwards or backwards.
    mutating func advance(by seconds: Int) {
        if let time = stopped { stopped = time + seconds } else { offset += seconds }
    }

    private static var realTime: Int { Int(Date().timeIntervalSince1970.rounded(.down)) }
}

/// A simulated Graph API with its clock and a record of what it was asked, safe to share between tasks.
///
/// Everything the `/_simulator` calls do over HTTP is a method here.
public final class Simulation: Sendable {
    private struct Running {
        var graph: SimulatedGraph
        var clock: SimulatedClock
        var requests: [SimulatedRequest] = []
        var load = ServerLoad()
    }

    private let running: Mutex<Running>

    /// A simulation of a state in JSON, ``sampleState`` if none is given.
    public init(
        state: String = sampleState, clock: SimulatedClock = .real
    ) throws(StateError) {
        let graph = try SimulatedGraph(json: state.utf8, at: clock.now)
        running = Mutex(Running(graph: graph, clock: clock))
    }

    /// Answers a request and remembers it; calls below `/_simulator` are carried out instead.
    public func answer(_ request: SimulatedRequest) -> SimulatedResponse {
        if request.path.hasPrefix("/_simulator/") { return answerAdmin(request) }
        return running.withLock { running in
            running.requests.append(request)
            return running.graph.answer(request, at: running.clock.now)
        }
    }

    /// Every Graph request since the start or since they were last cleared.
    public var requests: [SimulatedRequest] { running.withLock { $0.requests } }

    /// Forgets the requests seen so far, and what load they were.
    public func clearRequests() {
        running.withLock { running in
            running.requests = []
            running.load = ServerLoad(inFlight: running.load.inFlight)
        }
    }

    /// How its server was used since the start or since requests were last cleared.
    public var load: ServerLoad { running.withLock { $0.load } }

    func requestBegan(on peer: String) { running.withLock { $0.load.began(on: peer) } }
    func requestEnded() { running.withLock { $0.load.ended() } }

    /// The simulated time, in seconds since 1970.
    public var now: Int { running.withLock { $0.clock.now } }

    /// Lets time pass: `advance(by: 3 * 86400)`.
    public func advance(by seconds: Int) { running.withLock { $0.clock.advance(by: seconds) } }

    /// Sets the simulated time, in seconds since 1970; a running clock runs on from there.
    public func setTime(_ time: Int) {
        running.withLock { $0.clock.advance(by: time - $0.clock.now) }
    }

    /// Replaces the faults in force; an empty array clears them.
    public func setFaults(_ faults: [Fault]) { running.withLock { $0.graph.setFaults(faults) } }

    /// Merges a partial state in JSON.
    public func merge(state: String) throws(StateError) {
        try running.withLock { running throws(StateError) in
            try running.graph.merge(json: state.utf8, at: running.clock.now)
        }
    }

    /// Makes a token fail with a subcode such as 460, or revives it with nil; false for an unknown one.
    @discardableResult
    public func kill(token: String, reason: Int?) -> Bool {
        running.withLock { running in
            guard running.graph.state.tokens[token] != nil else { return false }
            running.graph.state.tokens[token]?.dead = reason
            return true
        }
    }

    /// Resets an app's secret: app tokens and proofs made with the old one fail, user tokens live on.
    @discardableResult
    public func setSecret(_ secret: String, ofApp id: String) -> Bool {
        running.withLock { running in
            guard running.graph.state.apps[id] != nil else { return false }
            running.graph.state.apps[id]?.secret = secret
            running.graph.state.apps[id]?.mintedTokens = []
            return true
        }
    }

    /// What `paging.next` begins with.
    public var baseURL: String {
        get { running.withLock { $0.graph.baseURL } }
        set { running.withLock { $0.graph.baseURL = newValue } }
    }
}
