import NIOCore
import NIOHTTP1

/// Refuses a response whose status is below 100, for which AsyncHTTPClient 1.37 traps: it takes the
/// head for an informational one, and then gets a body.
final class StatusCheck: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    private var hasRefused = false

    /// Adds the check behind the decoder of an HTTP/1.1 connection.
    static func add(to channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(StatusCheck(), position: .after(decoder))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasRefused { return }
        if case .head(let head) = unwrapInboundIn(data), head.status.code < 100 {
            hasRefused = true
            context.fireErrorCaught(HTTPError.unreachable(.connectionClosed))
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }
}
