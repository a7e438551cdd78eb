import Foundation
import Synchronization

/// One node of an `EtcdCluster`: a process that can be killed, frozen and started again.
public final class EtcdNode: Sendable {
    /// The name within the cluster.
    public let name: String
    /// The port for clients, on `127.0.0.1`.
    public let port: Int
    let peerPort: Int
    private let folder: String
    private let process = Mutex<ChildProcess?>(nil)

    init(name: String, folder: String) {
        self.name = name
        self.folder = folder
        port = LoopbackPort.free()
        peerPort = LoopbackPort.free()
    }

    private static var environment: [String: String] {
        // Nodes of several clusters share the processors with the tests.
        var environment = ["PATH": "/usr/bin:/bin", "GOMAXPROCS": "1"]
        #if arch(arm64)
        // etcd 3.4 is not supported there, but it runs.
        environment["ETCD_UNSUPPORTED_ARCH"] = "arm64"
        #endif
        return environment
    }

    var peer: String { "\(name)=https://127.0.0.1:\(peerPort)" }

    /// The path of what the node has logged.
    public var log: String { "\(folder)/\(name).log" }

    /// Starts the node, with the data that it has if it ran before.
    func start(program: String, arguments: [String]) throws {
        let own = [
            "--name", name, "--data-dir", "\(folder)/\(name)",
            "--listen-client-urls", "https://127.0.0.1:\(port)",
            "--advertise-client-urls", "https://127.0.0.1:\(port)",
            "--listen-peer-urls", "https://127.0.0.1:\(peerPort)",
            "--initial-advertise-peer-urls", "https://127.0.0.1:\(peerPort)",
        ]
        // The limit ends nodes whose test was killed.
        let started = try ChildProcess(
            "/usr/bin/timeout", ["--kill-after=1s", "20m", program] + own + arguments,
            environment: Self.environment,
            streams: ChildProcess.Streams(input: "/dev/null", output: log, errors: log))
        process.withLock { $0 = started }
    }

    /// Kills the node (SIGKILL), and waits for its end.
    public func kill() {
        process.withLock { process in
            process?.killGroupAndWait()
            process = nil
            // timeout(1) may end before etcd, which then still has its ports and its data.
            for port in [port, peerPort] { LoopbackPort.waitUntilFree(port) }
        }
    }

    /// Stops the node, which then neither answers nor closes its connections, or lets it go on.
    public func freeze(_ isFrozen: Bool) {
        process.withLock { process in
            guard let process else { return }
            Foundation.kill(-process.id, isFrozen ? SIGSTOP : SIGCONT)
        }
    }

    /// Whether the node has been started and not been killed.
    var isRunning: Bool { process.withLock { $0 != nil } }
}
