import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// The connections of a server; each has its own task.
final class ServerConnections: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var requests = 0
        var isClosing = false
    }

    private let simulation: Simulation
    private let basePath: String
    private let state = Mutex(State())

    /// The maximum size of a request's body in bytes.
    private static let requestLimit = 16 << 20

    /// Creates an empty set of connections; `basePath` is put before the path of each request.
    init(to simulation: Simulation, basePath: String) {
        self.simulation = simulation
        self.basePath = basePath
    }

    /// Serves a connection that was just accepted, on its event loop.
    func serve(_ channel: any Channel, tls: NIOSSLContext?) throws {
        if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        }
        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
        let connection = try Connection(wrappingChannelSynchronously: channel)
        let isClosing = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = channel
            return state.isClosing
        }
        // SwiftNIO traps if a connection is never served, so one that arrives too late is served too.
        let serving = Task { try? await self.serve(connection) }
        channel.closeFuture.whenComplete { _ in
            serving.cancel()
            self.state.withLock { $0.open[ObjectIdentifier(channel)] = nil }
        }
        if isClosing { channel.close(promise: nil) }
    }

    /// Waits up to `patience` for requests in progress, closes all connections, and waits up to
    /// `patience` again for clients to close theirs.
    func close(within patience: Duration) async {
        state.withLock { $0.isClosing = true }
        let end = ContinuousClock.now + patience
        while state.withLock({ $0.requests > 0 }), ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5), clock: .continuous)
        }
        let open = state.withLock { Array($0.open.values) }
        for channel in open { channel.close(promise: nil) }
        // Over TLS, a connection stays open for five seconds if the client does not close its side.
        let last = ContinuousClock.now + patience
        while state.withLock({ !$0.open.isEmpty }), ContinuousClock.now < last {
            try? await Task.sleep(for: .milliseconds(5), clock: .continuous)
        }
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            for try await part in inbound {
                switch part {
                case .head(let start):
                    head = start
                    body.clear()
                case .body(var piece):
                    guard body.readableBytes + piece.readableBytes <= Self.requestLimit else {
                        return
                    }
                    body.writeBuffer(&piece)
                case .end:
                    guard let head else { return }
                    let peer = connection.channel.remoteAddress.map { "\($0)" } ?? ""
                    guard try await respond(to: head, body, from: peer, outbound) else { return }
                }
            }
        }
    }

    /// Returns whether the connection stays open.
    private func respond(
        to head: HTTPRequestHead, _ body: ByteBuffer, from peer: String,
        _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws -> Bool {
        state.withLock { $0.requests += 1 }
        simulation.requestBegan(on: peer)
        defer {
            simulation.requestEnded()
            state.withLock { $0.requests -= 1 }
        }
        let target = head.uri.hasPrefix("/_simulator/") ? head.uri : basePath + head.uri
        var headers: [String: String] = [:]
        for header in head.headers { headers[header.name] = header.value }
        var request = SimulatedRequest(head.method.rawValue, target, headers: headers)
        request.body = Array(buffer: body)
        let response = simulation.answer(request)
        if response.delay > 0 {
            try await Task.sleep(for: .seconds(response.delay), clock: .suspending)
        }
        if response.delivery == .reset { return false }
        var answer = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status))
        for header in response.headers {
            answer.headers.add(name: header.name, value: header.value)
        }
        if response.delivery != .chunked {
            answer.headers.add(name: "Content-Length", value: String(response.body.count))
        }
        if !head.isKeepAlive { answer.headers.add(name: "Connection", value: "close") }
        try await outbound.write(.head(answer))
        if response.delivery == .cutOff {
            let half = response.body.prefix(response.body.count / 2)
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: half))))
            return false
        }
        if head.method != .HEAD {
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: response.body))))
        }
        try await outbound.write(.end(nil))
        return head.isKeepAlive
    }
}
