import Foundation
import GraphSimulator
import Support
import Testing

/// A server from `Tests/Servers`, stopped together with this object.
final class PythonServer: Sendable {
    let port: Int
    private let process: ChildProcess

    struct StartFailure: Error {
        let arguments: [String]
    }

    private init(_ arguments: [String], in home: TemporaryHome) async throws {
        let output = "\(home.parent)/\(UUID().uuidString).port"
        process = try ChildProcess(
            "/usr/bin/python3",
            ["\(ProgramUnderTest.repository)/Tests/Servers/\(arguments[0])"]
                + arguments.dropFirst(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"], directory: home.parent,
            streams: ChildProcess.Streams(
                input: "/dev/null", output: output, errors: "\(output).errors"))
        let start = ContinuousClock.now
        while true {
            let text = FileManager.default.contents(atPath: output) ?? Data()
            if text.last == UInt8(ascii: "\n") {
                port = try #require(Int(String(decoding: text.dropLast(), as: UTF8.self)))
                return
            }
            if ContinuousClock.now - start > PseudoTerminal.timeout {
                process.killGroup()
                throw StartFailure(arguments: arguments)
            }
            try await Task.sleep(for: .milliseconds(10), clock: .suspending)
        }
    }

    /// Starts a server that stalls in one of the ways that `stall.py` knows, over TLS if it gets a
    /// certificate.
    static func stalling(
        _ kind: String, in home: TemporaryHome, certificate: LocalhostCertificate? = nil
    ) async throws -> PythonServer {
        let files = certificate.map { [$0.certificate, $0.privateKey] } ?? []
        return try await PythonServer(["stall.py", kind] + files, in: home)
    }

    /// Starts a relay to `target`, a port of this machine or "proxy", that copies all traffic to the file
    /// `record`.
    static func eavesdropping(
        on target: String, record: String, in home: TemporaryHome
    ) async throws -> PythonServer {
        try await PythonServer(["relay.py", target, record], in: home)
    }

    /// Starts a relay to a node of etcd that does with requests what the file `mode` says; see
    /// `etcd_relay.py`.
    static func relaying(
        to node: EtcdNode, of cluster: EtcdCluster, mode: String, in home: TemporaryHome
    ) async throws -> PythonServer {
        let server = try await cluster.authority.issue("relay")
        return try await PythonServer(
            [
                "etcd_relay.py", "\(node.port)", cluster.authority.certificate,
                cluster.client.certificate, cluster.client.privateKey, server.certificate,
                server.privateKey, mode,
            ], in: home)
    }

    deinit {
        process.killGroupAndWait()
    }
}
