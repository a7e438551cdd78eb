import Foundation
import GraphSimulator
import Support
import Testing

/// A server of `Tests/Servers`, as long as somebody holds it.
final class PythonServer: Sendable {
    let port: Int
    private let process: ChildProcess

    struct NotStarted: Error {
        let arguments: [String]
    }

    private init(_ arguments: [String], in home: TemporaryHome) async throws {
        let output = "\(home.session)/\(UUID().uuidString).port"
        process = try ChildProcess(
            "/usr/bin/python3",
            ["\(ProgramUnderTest.repository)/Tests/Servers/\(arguments[0])"]
                + arguments.dropFirst(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], directory: home.session,
            streams: ChildProcess.Streams(
                input: "/dev/null", output: output, errors: "\(output).errors"))
        let start = ContinuousClock.now
        while true {
            let text = FileManager.default.contents(atPath: output) ?? Data()
            if text.last == UInt8(ascii: "\n") {
                port = try #require(Int(String(decoding: text.dropLast(), as: UTF8.self)))
                return
            }
            if ContinuousClock.now - start > PseudoTerminal.patience {
                process.endGroup()
                throw NotStarted(arguments: arguments)
            }
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
    }

    /// A server that takes its time, in one of the ways that `stall.py` knows; with a certificate, over
    /// TLS.
    static func stalling(
        _ kind: String, in home: TemporaryHome, certificate: LocalhostCertificate? = nil
    ) async throws -> PythonServer {
        let files = certificate.map { [$0.certificate, $0.privateKey] } ?? []
        return try await PythonServer(["stall.py", kind] + files, in: home)
    }

    /// Somebody on the way to `target`, a port of this machine or "proxy", who keeps a copy of all that
    /// passes in the file `record`.
    static func eavesdropping(
        on target: String, record: String, in home: TemporaryHome
    ) async throws -> PythonServer {
        try await PythonServer(["relay.py", target, record], in: home)
    }

    deinit {
        process.endGroup()
        while process.statusIfEnded() == nil { usleep(1000) }
    }
}
