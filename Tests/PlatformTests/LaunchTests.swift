import Foundation
import Platform
import Testing

// A program that is started and left alone.
@Suite struct LaunchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Returns what a shell script writes to the file whose name it is given.
    private func report(of script: String) async throws -> String {
        let path = folder.file("report")
        let shell = try ChildProcess.launch(
            ["sh", "-c", "{ \(script); } >\"$0.new\" 2>&1; mv \"$0.new\" \"$0\"", path],
            environment: EnvironmentBlock(["PATH": "/usr/bin:/bin", "FAKE": "fake value"]))
        defer { shell.wait() }
        let start = ContinuousClock.now
        while !FileManager.default.fileExists(atPath: path) {
            try #require(ContinuousClock.now - start < .seconds(60))
            try await Task.sleep(for: .milliseconds(5), clock: .suspending)
        }
        return try folder.text(of: "report")
    }

    @Test func `it gets only the given environment`() async throws {
        let lines = try await report(of: "env").split(separator: "\n")
        // The shell itself adds PWD and similar variables.
        #expect(lines.contains("FAKE=fake value") && lines.count < 6)
    }

    @Test func `it runs in a session of its own`() async throws {
        // The fields of `stat`: pid, name, state, parent, group, session.
        let fields = try await report(of: "cat /proc/$$/stat").split(separator: " ")
        #expect(fields[0] == fields[4] && fields[0] == fields[5])
    }

    @Test func `it receives every signal, whichever thread starts it`() async throws {
        // This test's thread belongs to libdispatch, which blocks nearly all signals.
        let status = try await report(of: "cat /proc/self/status")
        let blocked = status.split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
        #expect(blocked?.hasSuffix("\t0000000000000000") == true)
    }

    @Test func `it inherits no open files`() async throws {
        let pipe = Pipe()
        let files = try await report(of: "ls -l /proc/$$/fd")
        #expect(files.contains("/dev/null") && !files.contains("pipe:"))
        try pipe.fileHandleForReading.close()
    }

    @Test func `a missing program is an error`() {
        #expect(throws: ChildProcess.Failure.self) {
            _ = try ChildProcess.launch(["no-such-program"], environment: EnvironmentBlock([:]))
        }
    }
}
