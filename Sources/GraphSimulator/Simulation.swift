import FoundationEssentials
import Synchronization

/// The clock of a simulation.
public struct SimulatedClock: Sendable {
    private var offset = 0
    private var stopped: Int?

    /// A clock that shows the real time.
    public static let real = SimulatedClock()

    /// Returns a clock that starts at `time`, in seconds since 1970, and runs.
    public static func running(from time: Int) -> SimulatedClock {
        SimulatedClock(offset: time - Self.realTime)
    }

    /// Returns a clock that stays at `time` until it is moved.
    public static func stopped(at time: Int) -> SimulatedClock { SimulatedClock(stopped: time) }

    /// The current time in seconds since 1970.
    public var now: Int { stopped ?? Self.realTime + offset }

    /// Moves the clock forward or backward.
    mutating func advance(by seconds: Int) {
        if let time = stopped { stopped = time + seconds } else { offset += seconds }
    }

    private static var realTime: Int { Int(Date().timeIntervalSince1970.rounded(.down)) }
}

/// A simulated Graph API, with Instagram and Threads, its clock and a record of its requests, safe to share between tasks.
///
/// All functions of the `/_simulator` calls are also available as methods.
public final class Simulation: Sendable {
    private struct Running {
        var graph: SimulatedGraph
        var clock: SimulatedClock
        var requests: [SimulatedRequest] = []
        var load = ServerLoad()
    }

    private let running: Mutex<Running>

    /// Creates a simulation from a state in JSON, by default ``sampleState``.
    public init(
        state: String = sampleState, clock: SimulatedClock = .real
    ) throws(StateError) {
        let graph = try SimulatedGraph(json: state.utf8, at: clock.now)
        running = Mutex(Running(graph: graph, clock: clock))
    }

    /// Records a request and returns its response; executes calls under `/_simulator`.
    public func answer(_ request: SimulatedRequest) -> SimulatedResponse {
        if request.path.hasPrefix("/_simulator/") { return respondToAdminCall(request) }
        return running.withLock { running in
            running.requests.append(request)
            return running.graph.answer(request, at: running.clock.now)
        }
    }

    /// The requests to all platforms since the start or since they were last cleared.
    public var requests: [SimulatedRequest] { running.withLock { $0.requests } }

    /// Clears the recorded requests and the load.
    public func clearRequests() {
        running.withLock { running in
            running.requests = []
            running.load = ServerLoad(inFlight: running.load.inFlight)
        }
    }

    /// The load of the server since the start or since the requests were last cleared.
    public var load: ServerLoad { running.withLock { $0.load } }

    func requestBegan(on peer: String) { running.withLock { $0.load.began(on: peer) } }
    func requestEnded() { running.withLock { $0.load.ended() } }

    /// The simulated time, in seconds since 1970.
    public var now: Int { running.withLock { $0.clock.now } }

    /// Advances the simulated time.
    public func advance(by seconds: Int) { running.withLock { $0.clock.advance(by: seconds) } }

    /// Sets the simulated time in seconds since 1970; a running clock continues from there.
    public func setTime(_ time: Int) {
        running.withLock { $0.clock.advance(by: time - $0.clock.now) }
    }

    /// Replaces the active faults; an empty array clears them.
    public func setFaults(_ faults: [Fault]) { running.withLock { $0.graph.setFaults(faults) } }

    /// Merges a partial state in JSON.
    public func merge(state: String) throws(StateError) {
        try running.withLock { running throws(StateError) in
            try running.graph.merge(json: state.utf8, at: running.clock.now)
        }
    }

    /// Makes a token fail with a subcode such as 460, or makes it valid again if that is `nil`.
    ///
    /// Returns `false` if the token is unknown.
    @discardableResult
    public func kill(token: String, reason: Int?) -> Bool {
        running.withLock { running in
            // No string is a token of two platforms.
            if running.graph.state.tokens[token] != nil {
                running.graph.state.tokens[token]?.dead = reason
            } else if running.graph.instagram.state.tokens[token] != nil {
                running.graph.instagram.state.tokens[token]?.dead = reason
            } else if running.graph.threads.state.tokens[token] != nil {
                running.graph.threads.state.tokens[token]?.dead = reason
            } else {
                return false
            }
            return true
        }
    }

    /// Changes the secret of an app; returns `false` if the app is unknown.
    ///
    /// App tokens and proofs made with the old secret fail; user tokens remain valid.
    @discardableResult
    public func setSecret(_ secret: String, ofApp id: String) -> Bool {
        running.withLock { running in
            // No ID is an app of two platforms.
            if running.graph.state.apps[id] != nil {
                running.graph.state.apps[id]?.secret = secret
                running.graph.state.apps[id]?.mintedTokens = []
            } else if running.graph.instagram.state.apps[id] != nil {
                running.graph.instagram.state.apps[id]?.secret = secret
            } else if running.graph.threads.state.apps[id] != nil {
                running.graph.threads.state.apps[id]?.secret = secret
            } else {
                return false
            }
            return true
        }
    }

    /// The start of the URLs in `paging`.
    public var baseURL: String {
        get { running.withLock { $0.graph.baseURL } }
        set { running.withLock { $0.graph.baseURL = newValue } }
    }
}
