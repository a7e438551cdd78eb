import NIOCore
import NIOHTTP1

/// Rejects a response whose status is below 100.
///
/// AsyncHTTPClient 1.37 treats such a response as informational, and traps when a body follows.
final class StatusCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var hasRejected = false

    /// Adds the check after the decoder of a connection.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(StatusCheck(), position: .after(decoder))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasRejected { return }
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            hasRejected = true
            context.fireErrorCaught(HTTPError.unreachable(.notHTTP))
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }
}
