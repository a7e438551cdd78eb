import Console
import Graph
import Platform

/// What a command that asks Meta may touch besides its `World`: the network, and the person's browser.
struct Network: Sendable {
    /// Opens the way to Graph.
    var connect: @Sendable (GraphAddress, World) throws -> GraphConnection
    /// Listens for the browser that a dialog sends back, with a page to start it with or without.
    var listen:
        @Sendable (
            LoginDialog, Bool, @escaping @Sendable (RedirectListener.Event) -> Void
        ) async throws -> Listening
    /// Shows an address in the person's browser; false where none could be started.
    var openBrowser: @Sendable (String, World) -> Bool

    /// The real one.
    static let live = Network(
        connect: { try $0.connection(in: $1) },
        listen: { dialog, hasStartPage, happened in
            let listener = try await RedirectListener(
                for: dialog, hasStartPage: hasStartPage,
                isOtherUsers: { LoopbackPeer.isOtherUsers(port: $0, connectedTo: $1) },
                happened: happened)
            return Listening(
                startAddress: listener.startAddress, stop: { await listener.stop() })
        },
        openBrowser: { Browser.open($0, in: $1) })
}
