import Foundation
import Platform
import Sodium
import Testing

@Suite struct DeadlineTests {
    /// Far longer than anything here takes, in seconds.
    private static let patience = 120.0

    @Test func `a deadline passes by itself`() throws {
        let start = ContinuousClock.now
        try Deadline(in: 0.05).wait()
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test func `another thread can fire a deadline`() throws {
        let deadline = try Deadline(in: Self.patience)
        let start = ContinuousClock.now
        Thread.detachNewThread { deadline.fire() }
        deadline.wait()
        // Once passed, it stays passed.
        deadline.wait()
        #expect(ContinuousClock.now - start < .seconds(Self.patience))
    }

    @Test func `a stream is read to its end or until the deadline`() throws {
        let pipe = Pipe()
        let stream = StandardStream(descriptor: pipe.fileHandleForReading.fileDescriptor)
        pipe.fileHandleForWriting.write(Data("FAKE".utf8))
        let some = try stream.readSecret(limit: 100, until: Deadline(in: 0.05))
        #expect(text(some) == "FAKE")
        let deadline = try Deadline(in: Self.patience)
        pipe.fileHandleForWriting.write(Data("FAKE all".utf8))
        try pipe.fileHandleForWriting.close()
        #expect(text(try stream.readSecret(limit: 100, until: deadline)) == "FAKE all")
        deadline.fire()
        #expect(text(try stream.readSecret(limit: 100, until: deadline)) == "")
    }

    private func text(_ secret: consuming Secret?) -> String? {
        guard let secret else { return nil }
        return secret.withBytes { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }
}
