import Foundation
import Testing

@testable import Platform

// A command that receives a document, one at a time: each catches signals for the whole process.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct HookTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        // As the program does, so that writing to a command that does not read fails.
        signal(SIGPIPE, SIG_IGN)
    }

    private struct Run {
        let end: ChildProcess.HookEnd
        let output: String
        let duration: Duration
    }

    /// Runs a command whose output goes to a file.
    private func run(
        _ command: String, _ document: String = "{}\n", seconds: Double = 60
    ) throws -> Run {
        let path = folder.file("output")
        try folder.write("", to: "output")
        let output = try FileHandle(forWritingTo: URL(filePath: path))
        let start = ContinuousClock.now
        let end = ChildProcess.runHook(
            command, document: Array(document.utf8),
            environment: EnvironmentBlock(["PATH": "/usr/bin:/bin", "FAKE": folder.path]),
            seconds: seconds, output: output.fileDescriptor)
        let duration = ContinuousClock.now - start
        try output.close()
        return Run(end: end, output: try folder.text(of: "output"), duration: duration)
    }

    /// Returns whether a process with the ID in a file still runs.
    private func isRunning(_ name: String) throws -> Bool {
        let text = try folder.text(of: name).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let status = try? String(contentsOfFile: "/proc/\(text)/stat", encoding: .utf8)
        else { return false }
        return !status.contains(") Z ")
    }

    /// Returns whether a process that was sent SIGKILL ends: that takes a moment.
    private func ends(_ name: String) throws -> Bool {
        for _ in 0..<1000 {
            if try !isRunning(name) { return true }
            usleep(10_000)
        }
        return false
    }

    @Test func `it reads the document, and both of its streams go to the same place`() throws {
        let run = try run("cat; echo out; echo error >&2; exit 3", "{\"FAKE\":1}\n")
        #expect(run.end == .ended(status: 3))
        #expect(run.output == "{\"FAKE\":1}\nout\nerror\n")
    }

    @Test func `a signal that ends it is a failure`() throws {
        #expect(try run("kill -9 $$").end == .ended(status: 137))
    }

    @Test func `a command that is not found fails as in a shell`() throws {
        #expect(try run("no-such-command").end == .ended(status: 127))
        let long = String(repeating: "F", count: 1 << 22)
        guard case .notStarted = try run(": \(long)").end else {
            Issue.record("it was started")
            return
        }
    }

    @Test(arguments: ["true", "exec <&-; true", "head -c 1 >/dev/null"])
    func `it need not read its input`(_ command: String) throws {
        let document = String(repeating: "FAKE line\n", count: 1 << 18)
        #expect(try run(command, document).end == .ended(status: 0))
    }

    @Test func `a long document arrives completely`() throws {
        let document = String(repeating: "FAKE line\n", count: 1 << 18)
        let run = try run("sleep 0.2; wc -c", document)
        #expect(
            run.output.trimmingCharacters(in: .whitespacesAndNewlines) == "\(document.utf8.count)")
    }

    @Test func `megabytes of output arrive completely`() throws {
        let run = try run("head -c 8000000 /dev/zero | tr '\\0' F")
        #expect(run.end == .ended(status: 0) && run.output.utf8.count == 8_000_000)
    }

    @Test func `input and output at the same time do not block each other`() throws {
        let document = String(repeating: "FAKE line\n", count: 1 << 18)
        let run = try run("cat", document)
        #expect(run.end == .ended(status: 0) && run.output == document)
    }

    @Test func `a process that it leaves behind is not waited for`() throws {
        let run = try run("sleep 300 & echo $! >\"$FAKE/left\"; echo done")
        #expect(run.end == .ended(status: 0) && run.output == "done\n")
        #expect(run.duration < .seconds(30))
        #expect(try isRunning("left"))
        kill(try #require(pid_t(try folder.text(of: "left").dropLast())), SIGKILL)
    }

    @Test func `a process that it leaves behind cannot print forever`() throws {
        let run = try run("yes FAKE & echo $! >\"$FAKE/left\"; sleep 0.1")
        #expect(run.end == .ended(status: 0) && run.duration < .seconds(30))
    }

    @Test(arguments: [
        "sleep 300 & echo $! >\"$FAKE/left\"; wait",
        "trap '' TERM; sleep 300 & echo $! >\"$FAKE/left\"; wait",
        "(trap '' TERM; echo $BASHPID >\"$FAKE/left\"; sleep 300; sleep 300) & wait",
        "echo $$ >\"$FAKE/left\"; kill -STOP $$; sleep 300",
        "echo $$ >\"$FAKE/left\"; yes",
    ])
    func `after the time limit, its whole process group is ended`(_ command: String) throws {
        let run = try run("exec bash -c '\(command.replacing("'", with: "'\\''"))'", seconds: 0.5)
        #expect(run.end == .timedOut)
        #expect(run.duration >= .milliseconds(500) && run.duration < .seconds(30))
        #expect(try ends("left"))
    }

    @Test func `after the time limit, SIGTERM comes first`() throws {
        let run = try run("trap 'echo cleaned up; exit' TERM; sleep 300 & wait", seconds: 0.5)
        #expect(run.end == .timedOut && run.output == "cleaned up\n")
    }

    @Test func `output that nobody reads does not make it hang`() throws {
        let pipe = Pipe()
        let start = ContinuousClock.now
        let end = ChildProcess.runHook(
            "yes", document: [], environment: EnvironmentBlock(["PATH": "/usr/bin:/bin"]),
            seconds: 0.5, output: pipe.fileHandleForWriting.fileDescriptor)
        #expect(end == .timedOut && ContinuousClock.now - start < .seconds(30))
        try pipe.fileHandleForReading.close()
        // Nobody can read it any more, but the command goes on.
        let second = ChildProcess.runHook(
            "yes | head -c 1000000; exit 4", document: [],
            environment: EnvironmentBlock(["PATH": "/usr/bin:/bin"]), seconds: 60,
            output: pipe.fileHandleForWriting.fileDescriptor)
        #expect(second == .ended(status: 4))
    }

    @Test func `it runs in a session of its own, with all signals and no other files`() throws {
        let run = try run(
            """
            cut -d' ' -f1,5,6 /proc/$$/stat | tr ' ' '\\n' | sort -u | wc -l
            grep SigBlk /proc/self/status
            ls /proc/$$/fd | tr '\\n' ' '
            """)
        let lines = run.output.split(separator: "\n").map { $0.filter { $0 != "\t" } }
        try #require(lines.count == 3)
        #expect(lines[0] == "1" && lines[1] == "SigBlk:0000000000000000", "\(lines)")
        #expect(lines[2] == "0 1 2 ")
    }
}
