import Foundation
import Support
import Testing

// Hooks that hang, and programs killed around them.
@Suite(.timeLimit(.minutes(5)))
struct HookTests {
    private static let page = "page:1020000000000001"
    private let home: Home

    init() async throws {
        home = try await Home.withVault([Self.page: "EAAFAKE1"])
    }

    private func text(of name: String) -> String? {
        try? String(contentsOfFile: "\(home.path)/\(name)", encoding: .utf8)
    }

    private func add(_ hook: String) throws -> Child {
        try home.start(
            [
                "add", Self.page, "--replace", "--key-file", home.keyFile, "--on-change", hook,
            ], input: "EAAFAKE2")
    }

    private func isRunning(_ name: String) throws -> Bool {
        let id = try #require(text(of: name)).dropLast()
        guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8) else {
            return false
        }
        return !status.contains(") Z ")
    }

    @Test func `a hook that hangs is ended after a minute, with all that it started`() async throws
    {
        let start = ContinuousClock.now
        let child = try add(
            "trap '' TERM; sleep 300 & echo $! >\(home.path)/left; while :; do sleep 300; done")
        let outcome = try await child.outcome()
        let duration = ContinuousClock.now - start
        #expect(outcome.status == 79)
        #expect(outcome.errors.contains("was terminated after 60 seconds"), "\(outcome.errors)")
        #expect(duration >= .seconds(60) && duration < .seconds(120))
        // SIGKILL takes a moment.
        for _ in 0..<1000 where try isRunning("left") {
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
        #expect(try !isRunning("left"))
        #expect(try await home.entries()[Self.page] == "EAAFAKE2")
    }

    @Test func `while a hook runs, the vault is not locked`() async throws {
        let child = try add(
            "echo >\(home.path)/started; until [ -e \(home.path)/end ]; do sleep 0.05; done")
        while text(of: "started") == nil {
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
        try await home.succeed("add", "page:2", "--key-file", home.keyFile, input: "EAAFAKE3")
        try home.write("", to: "\(home.path)/end")
        #expect(try await child.outcome().status == 0)
        #expect(try await home.entries().count == 2)
    }

    @Test func `if the program is killed during a hook, everything is saved`() async throws {
        let child = try add(
            "echo $$ >\(home.path)/new; mv \(home.path)/new \(home.path)/left; sleep 300")
        while text(of: "left") == nil {
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
        child.signal(SIGKILL)
        #expect(try await child.outcome().status == 137)
        #expect(try await home.entries()[Self.page] == "EAAFAKE2")
        kill(try #require(text(of: "left").flatMap { pid_t($0.dropLast()) }), SIGKILL)
    }

    @Test func `if the save fails, the hook does not run`() async throws {
        let lock = try #require(HeldLock("\(home.vault).lock"))
        let outcome = try await add("echo >\(home.path)/ran").outcome()
        lock.release()
        #expect(outcome.status == 75 && text(of: "ran") == nil)
    }

    @Test func `of several checks at once, the last one knows what all have reported`() async throws
    {
        for number in 10...13 {
            try await home.succeed(
                "add", "page:\(number)", "--expires", "5d", "--key-file", home.keyFile,
                input: "EAAFAKE\(number)")
        }
        func check(_ reference: String) throws -> Child {
            try home.start(
                [
                    "check", reference, "--key-file", home.keyFile, "--on-problem",
                    "cat >>\(home.path)/\(reference)",
                ])
        }
        let children = try (10...13).map { try check("page:\($0)") }
        for child in children { #expect(try await child.outcome().status == 1) }
        for number in 10...13 {
            #expect(try await check("page:\(number)").outcome().status == 1)
            let received = try #require(text(of: "page:\(number)"))
            #expect(received.ranges(of: "\"ref\"").count == 1, "\(received)")
        }
    }
}
