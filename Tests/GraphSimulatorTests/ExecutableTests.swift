import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Support
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExecutableTests {
    private let path = ProgramUnderTest.simulator

    @Test(arguments: [true, false])
    func `it prints its address, serves, and exits on a signal`(_ isTerm: Bool) async throws {
        let program = try Program(path, ["--at", "2026-11-20T18:15:02Z"])
        let line = try await program.firstLine()
        #expect(line.hasPrefix("http://127.0.0.1:") && line.hasSuffix("\n"))
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: line.dropLast() + "/v26.0/me"), timeout: .seconds(10))
        #expect(response.status == .badRequest)
        #expect(response.headers["Date"].first?.hasPrefix("Fri, 20 Nov 2026 18:15") == true)
        if isTerm { program.terminate() } else { program.interrupt() }
        #expect(await program.status() == 0)
        #expect(try await program.firstLine() == line && program.complaint().isEmpty)
    }

    @Test(arguments: [("facebook", "/instagram/me"), ("instagram", "/me")])
    func `it serves all platforms, or one at its address`(
        _ platform: String, _ path: String
    ) async throws {
        let program = try Program(self.path, ["--platform", platform])
        var request = HTTPClientRequest(
            url: try await program.firstLine().dropLast() + path + "?fields=username")
        request.headers.add(name: "Authorization", value: "Bearer IGAAFAKEactive001")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        #expect(String(buffer: body).contains(#""username":"ann.fake""#))
        program.terminate()
        #expect(await program.status() == 0)
    }

    @Test func `invalid input is reported with one line and a status`() async throws {
        let missing = try Program(path, ["--state", "/nonexistent.json"])
        #expect(await missing.status() == 66)
        #expect(
            missing.complaint()
                == "graph-simulator: error: cannot read the state file '/nonexistent.json'\n")
        let bad = try Program(path, ["--state", "/dev/null"])
        #expect(await bad.status() == 64)
        #expect(
            bad.complaint() == "graph-simulator: error: the state file is not valid: invalid JSON\n"
        )
        let first = try Program(path, [])
        let port = String(try await first.firstLine().split(separator: ":")[2].dropLast())
        let second = try Program(path, ["--port", port])
        #expect(await second.status() == 69)
        #expect(second.complaint() == "graph-simulator: error: cannot listen on port \(port)\n")
        first.terminate()
        #expect(await first.status() == 0)
        for arguments in [
            ["--port", "70000"], ["--at", "now"], ["--certificate", "x"], ["--platform", "x"],
        ] {
            let program = try Program(path, arguments)
            #expect(await program.status() == 64)
            #expect(program.complaint().filter { $0 == "\n" }.count == 1)
        }
    }
}
