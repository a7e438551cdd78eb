import Foundation
import Graph
import Synchronization
import Testing

// The listener with requests of the browser and of other programs.
@Suite struct RedirectListenerTests {
    private let port: Int
    private let dialog: LoginDialog
    private let events = Events()

    private final class Events: Sendable {
        private let all = Mutex<[RedirectListener.Event]>([])
        var count: Int { all.withLock { $0.count } }
        var isWatched: Bool {
            all.withLock { $0.contains { if case .watched = $0 { true } else { false } } }
        }
        func add(_ event: RedirectListener.Event) { all.withLock { $0.append(event) } }
    }

    init() throws {
        port = LoopbackSocket.freePort()
        let redirect = try RedirectURI("http://localhost:\(port)/back")
        dialog = LoginDialog(
            endpoint: try GraphEndpoint(url: "https://www.facebook.com", version: "v26.0"),
            appID: "1", redirect: redirect, permissions: .scopes([]))
    }

    private func listen(
        hasStartPage: Bool = false,
        isOtherUsers: @escaping @Sendable (Int, Int) -> Bool = { _, _ in false }
    ) async throws -> RedirectListener {
        let events = events
        return try await RedirectListener(
            for: dialog, hasStartPage: hasStartPage, isOtherUsers: isOtherUsers
        ) { events.add($0) }
    }

    private var good: String {
        let state = dialog.address.split(separator: "&").first { $0.hasPrefix("state=") } ?? ""
        return "/back?code=AQFAKE1&\(state)"
    }

    private func send(_ request: String) throws -> String {
        let socket = try LoopbackSocket(port: port)
        try socket.send(request)
        return try socket.everything()
    }

    @Test func `the browser gets a page without the answer`() async throws {
        let listener = try await listen()
        let page = try send("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.hasPrefix("HTTP/1.1 200 "))
        #expect(page.contains("You can close this window"))
        #expect(page.contains("Cache-Control: no-store") && page.contains("no-referrer"))
        #expect(!page.contains("AQFAKE1"))
        #expect(events.count == 1)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back HTTP/1.1\r\nHost: x\r\n\r\n", "GET /back?x=1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back/?code=AQFAKE1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back?code=AQFAKE1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back?code=AQFAKE1&state=x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back?error=access_denied HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back?error_code=191&error_message=FAKE&state=x HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD GOOD HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST GOOD HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}garbage\r\n\r\n",
        "GET \(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n",
    ])
    func `other requests are rejected and do not end the login`(request: String) async throws {
        let listener = try await listen()
        let refusal = try send(request.replacing("GOOD", with: good))
        #expect(!refusal.contains("close this window"))
        #expect(events.count == 0)
        let page = try send("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.contains("close this window") && events.count == 1)
    }

    @Test(arguments: [
        "code=AQFAKE1", "code=AQFAKE1&state=x", "error=access_denied&error_description=FAKE",
        "error_code=191&error_message=FAKE&state=", "access_token=EAAFAKE&state=x",
    ])
    func `an answer without this login's state is reported as another login's`(
        query: String
    ) async throws {
        let listener = try await listen()
        let page = try send("GET /back?\(query) HTTP/1.1\r\nHost: x\r\n\r\n")
        await listener.stop()
        #expect(page.hasPrefix("HTTP/1.1 400 ") && page.contains("belongs to another login"))
        #expect(!page.contains("FAKE") && events.count == 0)
    }

    @Test func `the start page redirects to the dialog once, and its address does not contain it`()
        async throws
    {
        let listener = try await listen(hasStartPage: true)
        let address = try #require(listener.startAddress)
        let prefix = "http://127.0.0.1:\(port)/"
        #expect(address.hasPrefix(prefix) && address.dropFirst(prefix.count).count == 43)
        let request = "GET /\(address.dropFirst(prefix.count)) HTTP/1.1\r\nHost: x\r\n\r\n"
        let first = try send(request)
        #expect(first.hasPrefix("HTTP/1.1 303 "))
        #expect(first.contains("\r\nLocation: \(dialog.address)\r\n"))
        #expect(first.contains("href=\"\(dialog.address.replacing("&", with: "&amp;"))\""))
        #expect(first.contains("Cache-Control: no-store") && events.count == 0)
        let second = try send(request)
        await listener.stop()
        #expect(second.hasPrefix("HTTP/1.1 410 ") && !second.contains("state="))
        #expect(events.count == 1 && events.isWatched)
    }

    @Test(arguments: ["HEAD", "POST", "OPTIONS"])
    func `any request for the start page counts`(method: String) async throws {
        let listener = try await listen(hasStartPage: true)
        let path = try #require(listener.startAddress?.split(separator: "/").last)
        _ = try send("\(method) /\(path) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        let second = try send("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        await listener.stop()
        #expect(!second.contains("state=") && events.isWatched)
    }

    @Test func `another user cannot get the start page, even before the browser`() async throws {
        let port = port
        let listener = try await listen(hasStartPage: true) { $1 == port && $0 != port }
        let path = try #require(listener.startAddress?.split(separator: "/").last)
        let page = try send("GET /\(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        await listener.stop()
        #expect(page.hasPrefix("HTTP/1.1 410 ") && !page.contains("state="))
        #expect(events.isWatched)
    }

    @Test func `there is no start page unless requested`() async throws {
        let listener = try await listen()
        #expect(listener.startAddress == nil)
        await listener.stop()
    }

    @Test func `there is a start page even if the browser is redirected elsewhere`()
        async throws
    {
        let elsewhere = LoginDialog(
            endpoint: try GraphEndpoint(url: "https://www.facebook.com", version: "v26.0"),
            appID: "1", redirect: try RedirectURI("https://fake.example/done"),
            permissions: .scopes([]))
        let nobody: @Sendable (Int, Int) -> Bool = { _, _ in false }
        let listener = try await RedirectListener(
            for: elsewhere, hasStartPage: true, isOtherUsers: nobody
        ) { _ in }
        let address = try #require(listener.startAddress)
        let match = try #require(address.wholeMatch(of: /http:\/\/127\.0\.0\.1:(\d+)(\/.*)/))
        let socket = try LoopbackSocket(port: try #require(Int(match.1)))
        try socket.send("GET \(match.2) HTTP/1.1\r\nHost: x\r\n\r\n")
        let page = try socket.everything()
        await listener.stop()
        #expect(page.contains("Location: \(elsewhere.address)"))
    }

    @Test func `silent and slow clients do not block others`() async throws {
        let listener = try await listen()
        let silent = try (0..<50).map { _ in try LoopbackSocket(port: port) }
        let slow = try LoopbackSocket(port: port)
        try slow.send("GET /back?co")
        let page = try send("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.contains("close this window") && events.count == 1)
        #expect(silent.count == 50)
    }

    @Test func `a port in use is reported, and free afterward`() async throws {
        let first = try await listen()
        await #expect(throws: RedirectListener.Failure.taken) { _ = try await listen() }
        await first.stop()
        // Processes that other tests are starting inherit the socket and hold it open until `exec`.
        let start = ContinuousClock.now
        var second: RedirectListener?
        while second == nil, ContinuousClock.now - start < .seconds(60) {
            second = try? await listen()
        }
        try await #require(second).stop()
    }

    @Test func `the listener listens only on the given address`() async throws {
        let listener = try await listen()
        // All of 127.0.0.0/8 is this machine: a listener on all addresses would accept this too.
        let elsewhere = Result { try LoopbackSocket(port: port, lastByte: 2) }
        let here = Result { try LoopbackSocket(port: port) }
        await listener.stop()
        #expect(throws: LoopbackSocket.Failure.self) { try elsewhere.get() }
        _ = try here.get()
    }
}
