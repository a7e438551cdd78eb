import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on the loopback interface for the browser of a login.
///
/// It serves the start page with which the browser is launched and the page to which the dialog
/// redirects. All other requests (another path, a favicon, garbage, nothing at all, the answer to
/// another login) are rejected and do not end the login.
public struct RedirectListener: Sendable {
    private let channels: [any Channel]
    /// The address of the start page with which the browser is launched, if there is one.
    ///
    /// It contains nothing but a random path, because other users can see a program's arguments.
    public let startAddress: String?

    /// The reason why the address cannot be listened on.
    public enum Failure: Error, Equatable {
        /// Another program is listening on it.
        case taken
        /// The system does not allow it.
        case refused
    }

    /// An event caused by a browser.
    public enum Event: Sendable {
        /// The dialog's answer to this login arrived.
        case answer(LoginAnswer)
        /// Another user requested the start page, or it was requested a second time.
        ///
        /// Whoever has read the start page knows the state of the login.
        case watched
    }

    /// Listens at the redirect URI of `dialog`, if it is on this machine, until stopped.
    ///
    /// With a start page, it listens in any case. `isOtherUsers` returns for the remote and local
    /// port whether the connection belongs to another user. `happened` is called once the page has
    /// been sent to the browser, and again if the browser reloads it.
    public init(
        for dialog: LoginDialog, hasStartPage: Bool,
        isOtherUsers: @escaping @Sendable (_ port: Int, _ ownPort: Int) -> Bool,
        happened: @escaping @Sendable (Event) -> Void
    ) async throws(Failure) {
        let start =
            hasStartPage ? StartPage(address: dialog.address, isOtherUsers: isOtherUsers) : nil
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(
                        RedirectHandler(dialog: dialog, start: start, happened: happened))
                }
            }
        let listenAddress = dialog.redirect.listenAddress
        var channels: [any Channel] = []
        var failure: Failure?
        for host in listenAddress?.hosts ?? ["127.0.0.1"] {
            do {
                let address = try SocketAddress(ipAddress: host, port: listenAddress?.port ?? 0)
                let channel = try await bootstrap.bind(to: address).get()
                channels.append(channel)
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                failure = .taken
            } catch {
                // Without IPv6 on this machine, no other program can listen on that address either.
                if channels.isEmpty { failure = .refused }
            }
        }
        self.channels = channels
        startAddress = start.flatMap { start in
            channels.first?.localAddress.flatMap { address in
                guard let host = address.ipAddress, let port = address.port else { return nil }
                return "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(start.path)"
            }
        }
        if let failure {
            await stop()
            throw failure
        }
    }

    /// Stops listening.
    public func stop() async {
        for channel in channels { try? await channel.close() }
    }
}

/// The page that redirects a browser to the dialog, once.
private final class StartPage: Sendable {
    let path: String
    let address: String
    private let isOtherUsers: @Sendable (Int, Int) -> Bool
    private let wasServed = Mutex(false)

    init(address: String, isOtherUsers: @escaping @Sendable (Int, Int) -> Bool) {
        path = "/\(LoginDialog.randomToken())"
        self.address = address
        self.isOtherUsers = isOtherUsers
    }

    /// Returns whether to serve the page to `channel`: only to the first one, and only to this
    /// user.
    func mayServe(_ channel: any Channel) -> Bool {
        if let port = channel.remoteAddress?.port, let ownPort = channel.localAddress?.port,
            isOtherUsers(port, ownPort)
        {
            return false
        }
        return wasServed.withLock { wasServed in
            defer { wasServed = true }
            return !wasServed
        }
    }
}

/// The handler of one connection, from a browser or any other program.
private final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let dialog: LoginDialog
    private let start: StartPage?
    private let happened: @Sendable (RedirectListener.Event) -> Void
    private var head: HTTPRequestHead?

    /// The maximum duration of a connection; a browser needs milliseconds.
    private static let connectionTimeout = TimeAmount.seconds(20)

    init(
        dialog: LoginDialog, start: StartPage?,
        happened: @escaping @Sendable (RedirectListener.Event) -> Void
    ) {
        self.dialog = dialog
        self.start = start
        self.happened = happened
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        context.eventLoop.scheduleTask(in: Self.connectionTimeout) { channel.close(promise: nil) }
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
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if let start, target[0] == start.path { return serve(start, to: head, context) }
        guard head.method == .GET || head.method == .HEAD else {
            return send(.methodNotAllowed, RedirectPage.nothing, to: head, context)
        }
        guard let path = dialog.redirect.listenAddress?.path, target[0] == path, target.count == 2,
            let answer = dialog.answer(in: CopiedAddress.address(in: head.uri))
        else {
            return send(.notFound, RedirectPage.nothing, to: head, context)
        }
        if case .foreign = answer {
            return send(.badRequest, RedirectPage.page(for: answer), to: head, context)
        }
        let happened = happened
        // HEAD does not come from a browser that shows the page.
        let isBrowser = head.method == .GET
        send(.ok, RedirectPage.page(for: answer), to: head, context) {
            if isBrowser { happened(.answer(answer)) }
        }
    }

    private func serve(
        _ start: StartPage, to head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        let happened = happened
        guard start.mayServe(context.channel) else {
            return send(.gone, RedirectPage.watched, to: head, context) { happened(.watched) }
        }
        send(
            .seeOther, RedirectPage.start(to: start.address), to: head, context,
            location: start.address)
    }

    private func send(
        _ status: HTTPResponseStatus, _ page: String, to head: HTTPRequestHead,
        _ context: ChannelHandlerContext, location: String? = nil,
        then finished: @escaping @Sendable () -> Void = {}
    ) {
        let body = ByteBuffer(string: page)
        var headers: HTTPHeaders = [
            "Content-Type": "text/html; charset=utf-8", "Content-Length": "\(body.readableBytes)",
            "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
            "Content-Security-Policy": RedirectPage.policy,
            "X-Content-Type-Options": "nosniff", "Connection": "close",
        ]
        if let location { headers.add(name: "Location", value: location) }
        let response = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let channel = context.channel
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.whenComplete { _ in
            // In this order: once the connection is closed, the answer has been reported.
            finished()
            channel.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }
}
