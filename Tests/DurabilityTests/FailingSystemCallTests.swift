import Foundation
import Testing

/// Each system call of a save is made to fail in turn.
@Suite(
    .enabled(if: SystemCallTrace.isAvailable, "strace is not installed"), .timeLimit(.minutes(10)))
struct FailingSystemCallTests {
    private static let old = ["app:1": "FAKEone", "page:2": "FAKEtwo"]

    private static func adding() async throws -> Scene {
        let new = old.merging(["user:3": "FAKEthree"]) { $1 }
        return try await Scene(old, ["add", "user:3"], secret: "FAKEthree", new: new)
    }

    private enum Fault: String {
        case diskFull = "error=ENOSPC"
        case broken = "error=EIO"
        case quota = "error=EDQUOT"
    }

    @Test func `with a full disk at any of its calls an add leaves the old or the new state`()
        async throws
    {
        let scene = try await Self.adding()
        let calls = try await scene.calls()
        #expect(calls.contains { $0.name == "rename" } && calls.contains { $0.name == "fsync" })
        for call in calls {
            let outcome = try await scene.run(Fault.diskFull.rawValue, at: call)
            // A key file that cannot be read leaves the vault locked.
            if outcome.status != 77 { expectDoneOrFailed(outcome, call) }
            try await scene.expectOldOrNew(after: outcome, "\(call): \(call.line)")
        }
    }

    @Test func `a save whose calls fail under the lock leaves the old or the new state`()
        async throws
    {
        let scene = try await Self.adding()
        for (index, call) in try await scene.calls(fromLock: true).enumerated() {
            let fault = index.isMultiple(of: 2) ? Fault.broken : .quota
            let outcome = try await scene.run(fault.rawValue, at: call)
            expectDoneOrFailed(outcome, call)
            try await scene.expectOldOrNew(after: outcome, "\(call), \(fault): \(call.line)")
        }
    }

    @Test func `a signal that interrupts a call of a save does not fail it`() async throws {
        let scene = try await Self.adding()
        for call in try await scene.calls(fromLock: true)
        where ["read", "pread64", "write", "flock"].contains(call.name) {
            let outcome = try await scene.run("error=EINTR", at: call)
            #expect(outcome.status == 0, "\(call): \(call.line)")
            try await scene.expectOldOrNew(after: outcome, "\(call): \(call.line)")
        }
    }

    @Test func `killed at each of its calls a save leaves the old or the new state`() async throws {
        let scene = try await Self.adding()
        for call in try await scene.calls(fromLock: true) {
            let outcome = try await scene.run("signal=KILL", at: call)
            #expect(outcome.status == 137, "\(call)")
            try await scene.expectOldOrNew(after: outcome, "killed at \(call): \(call.line)")
        }
    }

    @Test func `a removal whose calls fail leaves the old or the new state`() async throws {
        let scene = try await Scene(Self.old, ["remove", "page:2"], new: ["app:1": "FAKEone"])
        for call in try await scene.calls(fromLock: true) {
            let outcome = try await scene.run(Fault.broken.rawValue, at: call)
            expectDoneOrFailed(outcome, call)
            try await scene.expectOldOrNew(after: outcome, "\(call): \(call.line)")
        }
    }

    @Test func `a passphrase change whose calls fail leaves the old or the new state`()
        async throws
    {
        let scene = try await Scene.passphraseChange(Self.old)
        for call in try await scene.calls(fromLock: true) {
            let outcome = try await scene.run(Fault.diskFull.rawValue, at: call)
            expectDoneOrFailed(outcome, call)
            try await scene.expectOldOrNew(after: outcome, "\(call): \(call.line)")
        }
    }

    @Test func `the content is on the disk before its name, and the name before the end`()
        async throws
    {
        let scene = try await Self.adding()
        let order = try await scene.calls(fromLock: true).map(\.name)
            .filter { ["write", "fsync", "rename"].contains($0) }
        #expect(Array(order.prefix(5)) == ["write", "write", "fsync", "rename", "fsync"])
    }

    private func expectDoneOrFailed(
        _ outcome: Outcome, _ call: SystemCall, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // The look at the vault just before it is replaced: what cannot be read is no change by another
        // process. A mark that cannot be read may be that of a newer state.
        let isUnknownAge = outcome.status == 65 && outcome.errors.contains("the high-water mark ")
        #expect(
            outcome.status == 0 || outcome.status == 74 || isUnknownAge,
            "\(call): \(outcome.status) \(call.line) \(outcome.errors)",
            sourceLocation: sourceLocation)
    }
}
