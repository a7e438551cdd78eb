import Foundation
import Support
import Testing

/// The scripts that pass the results of `check` to Nagios and Prometheus.
@Suite(.timeLimit(.minutes(3)))
struct MonitoringTests {
    private static let user = "user:10200000000000009"
    private static let scripts = ProgramUnderTest.repository + "/Scripts/install.d"
    private let home: TemporaryHome

    init() async throws {
        home = try await TemporaryHome.withPages(using: try await TemporaryGraph())
    }

    private func plugin(_ arguments: String) async throws -> ProgramRun {
        try await home.shell("'\(Self.scripts)/check_tokenvault' \(arguments)")
    }

    @Test(arguments: [
        ("", 0, "OK: 27 tokens, next to expire: \(user) in … days | tokens=27 dead=0"),
        ("--within 70d", 1, "WARNING: 27 tokens, next to expire: \(user) in … days | tokens=27"),
        (
            "--at 61d \(user)", 2,
            "CRITICAL: 1 token, expired or invalid: \(user) | tokens=1 dead=1"
        ),
        ("--vault nowhere", 3, "UNKNOWN: no vault at …"),
    ])
    func `Nagios gets one line and the right status`(
        _ arguments: String, _ status: Int, _ line: String
    ) async throws {
        let run = try await plugin(arguments)
        #expect(run.status == Int32(status) && run.errors.isEmpty)
        #expect(ExpectedLines(lines: ["TOKENVAULT \(line)…"]).match(run.lines), "\(run.text)")
    }

    @Test func `without an unlock method Nagios gets UNKNOWN`() async throws {
        let run = try await home.shell(
            "'\(Self.scripts)/check_tokenvault'", environment: TemporaryHome.locked)
        #expect(run.status == 3 && run.lines.count == 1)
        #expect(run.text.hasPrefix("TOKENVAULT UNKNOWN: the vault is locked"), "\(run.text)")
    }

    @Test func `Prometheus gets a complete new file, or keeps the old one`() async throws {
        func write(_ options: String) async throws -> Int32 {
            try await home.shell("mkdir -p d; '\(Self.scripts)/textfile' d \(options)").status
        }
        #expect(try await write("") == 0)
        let first = try home.contents("d/tokenvault.prom")
        #expect(String(decoding: first, as: UTF8.self).contains("tokenvault_token_ok{"))
        let mode = try FileManager.default.attributesOfItem(
            atPath: home.path + "/d/tokenvault.prom")
        #expect(mode[.posixPermissions] as? Int == 0o644)

        #expect(try await write("--vault nowhere") == 66)
        #expect(try home.contents("d/tokenvault.prom") == first)

        #expect(try await write("--at 61d") == 0)
        let second = try home.contents("d/tokenvault.prom")
        #expect(String(decoding: second, as: UTF8.self).contains("name=\"Ann Fake\"} 0\n"))
        #expect(try home.allFiles().filter { $0.hasPrefix("d/") } == ["d/tokenvault.prom"])
    }
}
