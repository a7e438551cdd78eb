import Foundation

/// A cluster of etcd on the loopback interface, with TLS, client certificates and users.
///
/// The user `tokenvault` may use the keys that begin with `tokenvault/`. Call `stop` at the end.
public final class EtcdCluster: Sendable {
    /// The nodes.
    public let nodes: [EtcdNode]
    /// The authority of all certificates.
    public let authority: CertificateAuthority
    /// A client certificate without a common name.
    public let client: CertificateAuthority.Issued
    /// The name of the user.
    public let user = "tokenvault"
    /// The password of the user.
    public let password = "FAKEetcd1"
    /// The path of a file with that password, mode 0600.
    public let passwordFile: String
    /// The folder that contains everything, and is removed together with this object.
    public let folder: TemporaryFolder
    private let program: String
    private let arguments: [String]

    private static let rootPassword = "FAKEroot1"

    /// What a test needs was missing, or did not answer.
    public struct Failure: Error {
        let what: String
    }

    /// Starts a cluster, and waits until it serves clients.
    ///
    /// - Parameters:
    ///   - size: The number of nodes.
    ///   - quota: The size of the database in bytes at which etcd refuses to write, or `nil` for
    ///     etcd's own, 2 GiB.
    public init(size: Int = 3, quota: Int? = nil) async throws {
        folder = try TemporaryFolder(permissions: 0o700)
        let path = folder.path
        program = try await Self.output(of: "\(ProgramUnderTest.repository)/Scripts/etcd", [])
            .trimmingCharacters(in: .newlines)
        authority = try await CertificateAuthority(in: path)
        let server = try await authority.issue("server")
        client = try await authority.issue("client")
        passwordFile = "\(path)/password"
        guard
            FileManager.default.createFile(
                atPath: passwordFile, contents: Data("\(password)\n".utf8),
                attributes: [.posixPermissions: 0o600])
        else { throw Failure(what: passwordFile) }
        let nodes = (0..<size).map { EtcdNode(name: "node\($0)", folder: path) }
        self.nodes = nodes
        arguments =
            [
                "--initial-cluster", nodes.map(\.peer).joined(separator: ","),
                "--initial-cluster-token", "tokenvault-test", "--logger", "zap", "--log-level",
                "warn", "--client-cert-auth", "--trusted-ca-file", authority.certificate,
                "--cert-file", server.certificate, "--key-file", server.privateKey,
                "--peer-client-cert-auth", "--peer-trusted-ca-file", authority.certificate,
                "--peer-cert-file", server.certificate, "--peer-key-file", server.privateKey,
                // Passwords of tests need not resist guessing.
                "--bcrypt-cost", "4",
            ] + (quota.map { ["--quota-backend-bytes", "\($0)"] } ?? [])
        for node in nodes { try start(node) }
        try await addUsers()
    }

    /// Starts a node, for the first time or after it was killed.
    public func start(_ node: EtcdNode) throws {
        try node.start(program: program, arguments: arguments)
    }

    /// Kills all nodes.
    public func stop() {
        for node in nodes { node.kill() }
    }

    /// The address of the cluster with a prefix, as `etcd://` URL.
    public func address(prefix: String) -> String {
        "etcd://\(nodes.map { "localhost:\($0.port)" }.joined(separator: ","))/\(prefix)"
    }

    /// Sends a request to the gateway as root, with curl(1), and returns the response.
    ///
    /// Tries again for 20 seconds, as after a start or while a leader is elected.
    @discardableResult public func request(
        _ path: String, _ body: String, to node: EtcdNode? = nil, asRoot: Bool = true
    ) async throws -> String {
        var headers: [String] = []
        if asRoot {
            let login = #"{"name":"root","password":"\#(Self.rootPassword)"}"#
            let reply = try await request("/v3/auth/authenticate", login, asRoot: false)
            guard let token = reply.firstMatch(of: /"token":"([^"]+)"/)?.1 else {
                throw Failure(what: reply)
            }
            headers = ["-H", "Authorization: \(token)"]
        }
        guard let port = (node ?? nodes.first { $0.isRunning })?.port else {
            throw Failure(what: "no node is running")
        }
        return try await Self.output(
            of: "/usr/bin/env",
            [
                "curl", "-sS", "--fail", "--retry", "40", "--retry-delay", "1", "--retry-max-time",
                "20", "--retry-all-errors", "--max-time", "10", "--cacert", authority.certificate,
                "--cert", client.certificate, "--key", client.privateKey,
            ] + headers + ["--data-binary", body, "https://localhost:\(port)\(path)"])
    }

    private func addUsers() async throws {
        let key = Data("tokenvault/".utf8).base64EncodedString()
        let end = Data("tokenvault0".utf8).base64EncodedString()
        let requests = [
            ("user/add", #"{"name":"root","password":"\#(Self.rootPassword)"}"#),
            ("role/add", #"{"name":"root"}"#),
            ("user/grant", #"{"user":"root","role":"root"}"#),
            ("user/add", #"{"name":"\#(user)","password":"\#(password)"}"#),
            ("role/add", #"{"name":"shared"}"#),
            (
                "role/grant",
                #"{"name":"shared","perm":{"permType":"READWRITE","key":"\#(key)","#
                    + #""range_end":"\#(end)"}}"#
            ),
            ("user/grant", #"{"user":"\#(user)","role":"shared"}"#),
            ("enable", "{}"),
        ]
        // Until there is a leader, requests fail without an effect. Each node takes its own time to
        // accept connections.
        for node in nodes {
            try await request("/v3/kv/range", #"{"key":"AA=="}"#, to: node, asRoot: false)
        }
        for (path, body) in requests {
            try await request("/v3/auth/\(path)", body, asRoot: false)
        }
    }

    private static func output(of program: String, _ arguments: [String]) async throws -> String {
        try await TemporaryFolder.with { folder in
            let output = "\(folder)/output"
            let process = try ChildProcess(
                program, arguments, environment: ProcessInfo.processInfo.environment,
                streams: ChildProcess.Streams(
                    input: "/dev/null", output: output, errors: "\(folder)/errors"))
            guard await process.status() == 0 else {
                let errors = try String(contentsOfFile: "\(folder)/errors", encoding: .utf8)
                throw Failure(what: "\(program): \(errors)")
            }
            return try String(contentsOfFile: output, encoding: .utf8)
        }
    }
}
