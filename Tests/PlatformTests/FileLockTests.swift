import Foundation
import Platform
import Testing

@Suite struct FileLockTests {
    let folder: TemporaryFolder
    private var path: String { folder.file("lock") }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `waiting for a held lock fails after the given time`() throws {
        let lock = try FileLock(path: path)
        let started = Date()
        #expect(throws: FileLock.Held.self) { _ = try FileLock(path: path, waiting: 0.2) }
        #expect(Date().timeIntervalSince(started) >= 0.15)
        withExtendedLifetime(lock) {}
    }

    @Test func `a released lock is free, and its file stays`() throws {
        func hold() throws {
            let lock = try FileLock(path: path)
            withExtendedLifetime(lock) {}
        }
        try hold()
        let again = try FileLock(path: path, waiting: 0)
        withExtendedLifetime(again) {}
        #expect(try folder.names() == ["lock"])
        #expect(try folder.permissions(of: "lock") == 0o600)
    }

    @Test func `a waiting thread gets the lock when it is released`() throws {
        let path = path
        // On a thread of its own, because tasks share threads with tests that wait.
        let held = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let lock = try? FileLock(path: path)
            held.signal()
            Thread.sleep(forTimeInterval: 0.15)
            withExtendedLifetime(lock) {}
        }
        held.wait()
        let lock = try FileLock(path: path, waiting: 10)
        withExtendedLifetime(lock) {}
    }

    @Test func `another process holds the lock until it ends`() throws {
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/env")
        other.arguments = ["flock", path, "sh", "-c", "echo held; read line"]
        let input = Pipe()
        let output = Pipe()
        other.standardInput = input
        other.standardOutput = output
        try other.run()
        #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        #expect(throws: FileLock.Held.self) { _ = try FileLock(path: path, waiting: 0.1) }
        try input.fileHandleForWriting.close()
        other.waitUntilExit()
        let lock = try FileLock(path: path, waiting: 5)
        withExtendedLifetime(lock) {}
    }

    @Test func `another process cannot take a held lock`() throws {
        let lock = try FileLock(path: path)
        let other = Process()
        other.executableURL = URL(filePath: "/usr/bin/env")
        other.arguments = ["flock", "--nonblock", "--conflict-exit-code", "9", path, "true"]
        try other.run()
        other.waitUntilExit()
        #expect(other.terminationStatus == 9)
        withExtendedLifetime(lock) {}
    }

    @Test func `a link in place of the lock is not followed`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: folder.file("elsewhere"))
        #expect(throws: SystemCallFailure.self) { _ = try FileLock(path: path) }
        #expect(try folder.names() == ["lock"])
    }
}
