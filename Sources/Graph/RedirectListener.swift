import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Serves the browser of a login on this machine's loopback interface: first the page that it is started
/// with, then the one that the dialog sends it back to.
///
/// Whatever else comes (another path, a favicon, garbage, nothing at all, the answer to another login)
/// gets its refusal and ends nothing.
public struct RedirectListener: Sendable {
    private let channels: [any Channel]
    /// The address that a browser is started with, if there is such a page: programs' arguments are no
    /// secret, so it holds nothing but a random path.
    public let startAddress: String?

    /// The place cannot be listened at.
    public enum Failure: Error, Equatable {
        /// Another program listens there.
        case taken
        /// The system does not allow it.
        case refused
    }

    /// What a browser brings.
    public enum Event: Sendable {
        /// The dialog's answer to this login.
        case answer(LoginAnswer)
        /// Somebody else asked for the page that leads to the dialog: another user, or whoever came second.
        /// Who has read it knows the login's state.
        case watched
    }

    /// Listens where `dialog` sends the browser back to, if that is on this machine, until stopped.
    ///
    /// With a start page it listens in any case; `isOtherUsers` tells by the ports of both ends whether a
    /// connection is another user's. An event is passed on once the browser has its page; a reload of
    /// that page makes it another time.
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
        let place = dialog.redirect.place
        var channels: [any Channel] = []
        var failure: Failure?
        for host in place?.hosts ?? ["127.0.0.1"] {
            do {
                let address = try SocketAddress(ipAddress: host, port: place?.port ?? 0)
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

    /// Listens no more.
    public func stop() async {
        for channel in channels { try? await channel.close() }
    }
}

/// The page that leads a browser to the dialog, once.
private final class StartPage: Sendable {
    let path: String
    let address: String
    private let isOtherUsers: @Sendable (Int, Int) -> Bool
    private let wasServed = Mutex(false)

    init(address: String, isOtherUsers: @escaping @Sendable (Int, Int) -> Bool) {
        path = "/\(LoginDialog.randomWord())"
        self.address = address
        self.isOtherUsers = isOtherUsers
    }

    /// Whether `channel` may have it: the first one, if it is the same user's.
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

/// One connection of a browser, or of whoever else.
private final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let dialog: LoginDialog
    private let start: StartPage?
    private let happened: @Sendable (RedirectListener.Event) -> Void
    private var head: HTTPRequestHead?

    /// How long a connection may take; a browser takes milliseconds.
    private static let patience = TimeAmount.seconds(20)

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
        let target = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        if let start, target[0] == start.path { return serve(start, to: head, context) }
        guard head.method == .GET || head.method == .HEAD else {
            return send(.methodNotAllowed, RedirectPage.nothing, to: head, context)
        }
        guard let path = dialog.redirect.place?.path, target[0] == path, target.count == 2,
            let answer = dialog.answer(in: CopiedAddress.address(in: head.uri))
        else {
            return send(.notFound, RedirectPage.nothing, to: head, context)
        }
        if case .foreign = answer {
            return send(.badRequest, RedirectPage.page(for: answer), to: head, context)
        }
        let happened = happened
        // Who asks for the head alone is no browser that shows a page.
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
            // In this order: who sees the connection end may rely on the answer having come.
            finished()
            channel.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
    }
}
