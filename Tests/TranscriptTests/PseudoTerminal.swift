import Foundation
import Support
import Synchronization
import Testing

/// A terminal and the user at it.
final class PseudoTerminal: Sendable {
    private let device: TerminalDevice
    private let seen = Mutex([UInt8]())

    /// How long a test waits for anything, which is far longer than it takes.
    static let timeout = Duration.seconds(60)

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        device = try TerminalDevice()
        device.setSize(columns: columns, rows: rows)
    }

    /// The path of the terminal device.
    var path: String { device.path }

    /// Whether the terminal echoes what is typed.
    var echoes: Bool { device.echoes }

    /// All bytes that have appeared so far.
    var bytes: [UInt8] {
        seen.withLock { seen in
            seen += device.read()
            return seen
        }
    }

    /// All text that has appeared so far, without carriage returns and the sequences that turn bracketed
    /// paste on and off.
    var text: String {
        String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            .replacing(/\x1B\[\?2004[hl]/, with: "")
    }

    /// Waits until `text` has appeared that many times.
    func wait(for text: String, times: Int = 1) async throws {
        let start = ContinuousClock.now
        while self.text.ranges(of: text).count < times {
            try #require(
                ContinuousClock.now - start < Self.timeout,
                "'\(text)' does not appear; at the terminal: \(self.text)")
            try await Task.sleep(for: .milliseconds(5), clock: .suspending)
        }
    }

    /// Types text as fast as the terminal accepts it.
    func type(_ text: String) async throws {
        try await type(bytes: Array(text.utf8))
    }

    /// Types bytes, which need not be UTF-8.
    func type(bytes: [UInt8]) async throws {
        var rest = bytes[...]
        let start = ContinuousClock.now
        while !rest.isEmpty {
            let count = device.write(rest)
            rest = rest.dropFirst(count)
            if count == 0 {
                // A program that is blocked on its own output does not read.
                _ = self.bytes
                try #require(ContinuousClock.now - start < Self.timeout, "nothing reads the input")
                // Not Task.sleep: other tests would then interrupt the typing.
                usleep(500)
            }
        }
    }

    static let enter = "\r"
    static let backspace = "\u{7F}"
    static let controlC = "\u{03}"
    static let controlD = "\u{04}"
    static let controlU = "\u{15}"
    static let controlZ = "\u{1A}"
}
