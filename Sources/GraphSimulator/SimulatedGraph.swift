/// The rules of the Graph API, Instagram and Threads: maps a request, a time and a state to a response, without I/O.
public struct SimulatedGraph: Sendable {
    /// The start of the URLs in `paging`; a server sets its own address.
    public var baseURL = "https://graph.facebook.com"
    var state: SimulatedState
    var instagram = PlatformAPI(.instagram)
    var threads = PlatformAPI(.threads)
    private var faults: [ArmedFault] = []
    private var traces = 0

    /// Creates a graph from a state in JSON; times such as `+1h` are relative to `now`.
    public init(json: some Sequence<UInt8>, at now: Int) throws(StateError) {
        let document = try StrictJSON.decode(StateDocument.self, from: json)
        state = try SimulatedState(document: document, at: now)
        if let part = document.instagram { try instagram.merge(part, at: now) }
        if let part = document.threads { try threads.merge(part, at: now) }
        setFaults(document.faults ?? [])
    }

    /// Merges a partial state in JSON; if it contains faults, they replace the active ones.
    public mutating func merge(json: some Sequence<UInt8>, at now: Int) throws(StateError) {
        let document = try StrictJSON.decode(StateDocument.self, from: json)
        var merged = self
        try merged.state.merge(document, at: now)
        if let part = document.instagram { try merged.instagram.merge(part, at: now) }
        if let part = document.threads { try merged.threads.merge(part, at: now) }
        self = merged
        if let faults = document.faults { setFaults(faults) }
    }

    /// Replaces the active faults.
    public mutating func setFaults(_ faults: [Fault]) {
        self.faults = faults.map { ArmedFault($0) }
    }

    /// Returns the response to a request that arrives at `now`.
    public mutating func answer(_ request: SimulatedRequest, at now: Int) -> SimulatedResponse {
        traces += 1
        let number = String(traces)
        let zeros = String(repeating: "0", count: max(0, 13 - number.count))
        let trace = "AFAKEtrace" + zeros + number
        var call = Call(request, at: now)
        if call.platform == .facebook { call.endpoint = endpoint(call) }
        for index in faults.indices where faults[index].fires(for: call) {
            call.faults.append(faults[index].fault)
        }
        var response = call.replacement(trace: trace) ?? respond(to: call, trace: trace)
        call.distort(&response)
        return response.rendered(trace: trace, version: call.version, at: now)
    }

    private mutating func respond(to call: Call, trace: String) -> GraphResponse {
        switch call.platform {
        case .facebook: break
        case .instagram: return instagram.respond(to: call, trace: trace)
        case .threads: return threads.respond(to: call, trace: trace)
        }
        do throws(GraphFailure) {
            return try route(call)
        } catch {
            return GraphResponse(error, trace: trace)
        }
    }

    private func endpoint(_ call: Call) -> Call.Endpoint {
        let path = call.segments.joined(separator: "/")
        if let endpoint = Call.Endpoint(rawValue: path) { return endpoint }
        if call.segments.count == 1 {
            if state.pages[path] != nil { return .page }
            if state.users[path] != nil { return .user }
            if state.apps[path] != nil { return .app }
            if state.posts[path] != nil { return .post }
        }
        if call.segments.count == 2,
            state.pages[call.segments[0]] != nil || call.segments[0] == "me",
            let edge = Call.Endpoint(rawValue: call.segments[1]), [.feed, .photos].contains(edge)
        {
            return edge
        }
        if call.segments.count == 2, call.segments[1] == "accounts" { return .accounts }
        if call.segments.count > 1, call.segments[1] == "permissions" { return .permissions }
        return .node
    }

    private mutating func route(_ call: Call) throws(GraphFailure) -> GraphResponse {
        guard call.version != nil, let node = call.segments.first else {
            throw .unknownPath(call.segments)
        }
        let method = call.request.method
        switch (method, call.endpoint) {
        case ("GET", .accessToken), ("POST", .accessToken): return try exchange(call)
        case ("GET", .clientCode): return try clientCode(call)
        case ("GET", .revoke), ("POST", .revoke): return try revoke(call)
        case ("GET", .dialog), ("POST", .dialog): return dialog(call)
        case ("GET", .debugToken): return try debugToken(call)
        case ("GET", .accounts): return try accounts(call)
        case ("GET", .permissions) where call.segments.count == 2: return try permissions(call)
        case ("DELETE", .permissions) where call.segments.count <= 3:
            return try deletePermissions(call)
        case ("GET", .me), ("GET", .app), ("GET", .page), ("GET", .user):
            return try self.node(call)
        case ("POST", .feed): return try createPost(call)
        case ("POST", .photos): return try createPhoto(call)
        case ("GET", .post): return try post(call)
        case ("DELETE", .post): return try deletePost(call)
        case (_, .node) where call.segments.count > 1:
            throw .unknownPath(call.segments.dropFirst())
        default:
            if method == "GET" { _ = try authenticate(call) }
            throw .unsupported(method: method, id: node)
        }
    }
}
