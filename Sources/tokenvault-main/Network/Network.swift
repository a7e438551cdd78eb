import Console
import Graph
import Platform

/// What the large program may touch in addition to its `World`: the network, the user's browser, and
/// the user's hooks.
struct Network: Sendable {
    /// Connects to the Graph API.
    var connect: @Sendable (GraphAddress, World) throws -> GraphConnection
    /// Listens for the browser that a dialog redirects; the flag says whether there is a start
    /// page.
    var listen:
        @Sendable (
            LoginDialog, Bool, @escaping @Sendable (RedirectListener.Event) -> Void
        ) async throws -> Listening
    /// Opens an address in the user's browser; returns `false` if no browser could be started.
    var openBrowser: @Sendable (String, World) -> Bool
    /// Runs a shell command with a document on its standard input, these variables, and a time limit
    /// in seconds.
    var runHook: @Sendable (String, [UInt8], EnvironmentBlock, Int) -> ChildProcess.HookEnd

    /// The real network.
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
        openBrowser: { Browser.open($0, in: $1) },
        runHook: { command, document, environment, seconds in
            ChildProcess.runHook(
                command, document: document, environment: environment, seconds: Double(seconds))
        })
}
