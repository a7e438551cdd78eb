import Foundation
import Graph
import Synchronization
import Testing

// The listener among whatever else comes to its port.
@Suite struct RedirectListenerTests {
    private let port: Int
    private let dialog: LoginDialog
    private let place: RedirectAddress.Place
    private let answers = Answers()

    private final class Answers: Sendable {
        private let all = Mutex<[LoginAnswer]>([])
        var count: Int { all.withLock { $0.count } }
        func add(_ answer: LoginAnswer) { all.withLock { $0.append(answer) } }
    }

    init() throws {
        port = LoopbackSocket.freePort()
        let redirect = try RedirectAddress("http://localhost:\(port)/back")
        place = try #require(redirect.place)
        dialog = LoginDialog(
            endpoint: try GraphEndpoint(url: "https://www.facebook.com", version: "v26.0"),
            appID: "1", redirect: redirect, scopes: [])
    }

    private func listen() async throws -> RedirectListener {
        let answers = answers
        return try await RedirectListener(at: place, for: dialog) { answers.add($0) }
    }

    private var good: String {
        let state = dialog.address.split(separator: "&").first { $0.hasPrefix("state=") } ?? ""
        return "/back?code=AQFAKE1&\(state)"
    }

    private func ask(_ request: String) throws -> String {
        let socket = try LoopbackSocket(port: port)
        try socket.send(request)
        return try socket.everything()
    }

    @Test func `the browser gets a page that holds nothing of the answer`() async throws {
        let listener = try await listen()
        let page = try ask("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.hasPrefix("HTTP/1.1 200 "))
        #expect(page.contains("You can close this window"))
        #expect(page.contains("Cache-Control: no-store") && page.contains("no-referrer"))
        #expect(!page.contains("AQFAKE1"))
        #expect(answers.count == 1)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back HTTP/1.1\r\nHost: x\r\n\r\n", "GET /back?x=1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /back/?code=AQFAKE1 HTTP/1.1\r\nHost: x\r\n\r\n",
        "HEAD GOOD HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST GOOD HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}garbage\r\n\r\n",
        "GET \(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n",
    ])
    func `whatever else comes is refused and ends nothing`(request: String) async throws {
        let listener = try await listen()
        let refusal = try ask(request.replacing("GOOD", with: good))
        #expect(!refusal.contains("close this window"))
        #expect(answers.count == 0)
        let page = try ask("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.contains("close this window") && answers.count == 1)
    }

    @Test func `clients that say nothing, or half of something, keep nobody waiting`() async throws
    {
        let listener = try await listen()
        let silent = try (0..<50).map { _ in try LoopbackSocket(port: port) }
        let slow = try LoopbackSocket(port: port)
        try slow.send("GET /back?co")
        let page = try ask("GET \(good) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await listener.stop()
        #expect(page.contains("close this window") && answers.count == 1)
        #expect(silent.count == 50)
    }

    @Test func `a port in use is said to be so, and can be had afterwards`() async throws {
        let first = try await listen()
        await #expect(throws: RedirectListener.Failure.taken) { _ = try await listen() }
        await first.stop()
        // Programs that other tests start meanwhile hold it open until they are begun.
        let start = ContinuousClock.now
        var second: RedirectListener?
        while second == nil, ContinuousClock.now - start < .seconds(60) {
            second = try? await listen()
        }
        try await #require(second).stop()
    }

    @Test func `it listens at the address that was named and no other`() async throws {
        let listener = try await listen()
        // All of 127.0.0.0/8 leads here; who listened everywhere would hear this one too.
        let elsewhere = Result { try LoopbackSocket(port: port, lastByte: 2) }
        let here = Result { try LoopbackSocket(port: port) }
        await listener.stop()
        #expect(throws: LoopbackSocket.Failure.self) { try elsewhere.get() }
        _ = try here.get()
    }
}
