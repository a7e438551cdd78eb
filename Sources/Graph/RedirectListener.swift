import NIOCore
import NIOHTTP1
import NIOPosix
import Sodium

/// Waits on this machine's loopback interface for the browser that a login dialog sends back.
///
/// Whatever else comes (another path, a favicon, garbage, nothing at all) gets its refusal and ends
/// nothing.
public struct RedirectListener: Sendable {
    private let channels: [any Channel]

    /// The place cannot be listened at.
    public enum Failure: Error, Equatable {
        /// Another program listens there.
        case taken
        /// The system does not allow it.
        case refused
    }

    /// Listens at `place` until stopped, and passes on each answer to `dialog` once the browser has its
    /// page; a reload of that page makes it another time.
    public init(
        at place: RedirectAddress.Place, for dialog: LoginDialog,
        answered: @escaping @Sendable (LoginAnswer) -> Void
    ) async throws(Failure) {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(
                        RedirectHandler(path: place.path, dialog: dialog, answered: answered))
                }
            }
        var channels: [any Channel] = []
        var failure: Failure?
        for host in place.hosts {
            do {
                let address = try SocketAddress(ipAddress: host, port: place.port)
                let channel = try await bootstrap.bind(to: address).get()
                channels.append(channel)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                failure = .taken
            } catch {
                // A machine may have no IPv6; then nobody else can listen there either.
                if channels.isEmpty { failure = .refused }
            }
        }
        self.channels = channels
        if let failure {
            await stop()
            throw failure
        }
    }

    /// Listens no more.
    public func stop() async {
        for channel in channels { try? await channel.close() }
    }
}

/// One connection of a browser, or of whoever else.
private final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let path: String
    private let dialog: LoginDialog
    private let answered: @Sendable (LoginAnswer) -> Void
    private var head: HTTPRequestHead?

    /// How long a connection may take; a browser takes milliseconds.
    private static let patience = TimeAmount.seconds(20)

    init(
        path: String, dialog: LoginDialog, answered: @escaping @Sendable (LoginAnswer) -> Void
    ) {
        self.path = path
        self.dialog = dialog
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            if let head { respond(to: head, context) }
            head = nil
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard head.method == .GET || head.method == .HEAD else {
            return send(.methodNotAllowed, RedirectPage.nothing, to: head, context)
        }
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard target[0] == path, target.count == 2, let answer = dialog.answer(in: head.uri) else {
            return send(.notFound, RedirectPage.nothing, to: head, context)
        }
        let answered = answered
        // Who asks for the head alone is no browser that shows a page.
        let isBrowser = head.method == .GET
        send(.ok, RedirectPage.page(for: answer), to: head, context) {
            if isBrowser { answered(answer) }
        }
    }

    private func send(
        _ status: HTTPResponseStatus, _ page: String, to head: HTTPRequestHead,
        _ context: ChannelHandlerContext, then finished: @escaping @Sendable () -> Void = {}
    ) {
        let body = ByteBuffer(string: page)
        let headers: HTTPHeaders = [
            "Content-Type": "text/html; charset=utf-8", "Content-Length": "\(body.readableBytes)",
            "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": RedirectPage.policy,
            "X-Content-Type-Options": "nosniff", "Connection": "close",
        ]
        let response = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let channel = context.channel
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in
            // In this order: who sees the connection end may rely on the answer having come.
            finished()
            channel.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }
}

/// What the person sees in the browser.
enum RedirectPage {
    static let nothing = page("There is nothing here", "The answer to a login is waited for.")

    static func page(for answer: LoginAnswer) -> String {
        switch answer {
        case .code, .token:
            page("Logged in", "You can close this window and go back to the terminal.")
        case .denied:
            page("Not allowed", "Nothing was stored. You can close this window.")
        case .refused, .failed:
            page("This did not work", "The terminal tells why. You can close this window.")
        case .foreign:
            page(
                "This belongs to another login",
                "Nothing was stored. You can close this window and go back to the terminal.")
        }
    }

    /// What the browser is to obey of a page: its own style and script, known by their hashes.
    static let policy =
        "default-src 'none'; frame-ancestors 'none'; style-src '\(hash(of: style))'; "
        + "script-src '\(hash(of: script))'"

    private static func hash(of text: String) -> String {
        let hash = Base64.encode(sha256(Array(text.utf8).span).span)
        return "sha256-\(String(decoding: hash, as: UTF8.self))="
    }

    private static let style =
        "body { font-family: sans-serif; margin: 4em auto; max-width: 30em; }"
    /// Takes the code out of the address bar and the history.
    private static let script = "history.replaceState(null, \"\", location.pathname)"

    private static func page(_ title: String, _ text: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>\(title) - tokenvault</title>
        <style>\(style)</style>
        <script>\(script)</script>
        </head>
        <body>
        <h1>\(title)</h1>
        <p>\(text)</p>
        </body>
        </html>

        """
    }
}
