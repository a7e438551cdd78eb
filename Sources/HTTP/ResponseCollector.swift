import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Collects a response, on the event loop that receives it.
final class ResponseCollector: HTTPClientResponseDelegate {
    private struct State {
        var head: HTTPResponseHead?
        var body = ByteBuffer()
    }

    private let state = Mutex(State())
    /// The maximum size of the body in bytes.
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func didReceiveHead(
        task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        state.withLock { $0.head = head }
        let announced = head.headers.first(name: "Content-Length").flatMap { Int($0) }
        if let announced, announced > limit {
            return task.eventLoop.makeFailedFuture(
                HTTPError.tooLarge(status: Int(head.status.code)))
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<HTTPResponse>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        let failure = state.withLock { state -> HTTPError? in
            guard state.body.readableBytes + buffer.readableBytes <= limit else {
                return .tooLarge(status: state.head.map { Int($0.status.code) } ?? 0)
            }
            state.body.writeImmutableBuffer(buffer)
            return nil
        }
        if let failure { return task.eventLoop.makeFailedFuture(failure) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) throws -> HTTPResponse {
        try state.withLock { state in
            guard let head = state.head else { throw HTTPError.unreachable(.connectionClosed) }
            return HTTPResponse(
                status: Int(head.status.code),
                headers: head.headers.map { ($0.name.lowercased(), $0.value) },
                body: Array(state.body.readableBytesView),
                version: "\(head.version.major).\(head.version.minor)")
        }
    }
}
