import Foundation
import HTTP
import NIOCore
import Sharing
import Support
import Testing

@testable import Etcd

/// Starts one cluster of three nodes for all tests of a suite.
struct SharedCluster: SuiteTrait, TestScoping {
    @TaskLocal static var current: EtcdCluster?

    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let cluster = try await EtcdCluster()
        defer { cluster.stop() }
        try await Self.$current.withValue(cluster) { try await function() }
    }
}

/// Real etcd: three nodes with TLS, client certificates and users.
@Suite(.serialized, .timeLimit(.minutes(3)), SharedCluster()) struct ClusterTests {
    private let cluster: EtcdCluster

    init() throws {
        cluster = try #require(SharedCluster.current)
    }

    @Test(arguments: StoreContract.allCases)
    func `etcd keeps the contract`(check: StoreContract) async throws {
        try await cluster.withStore { store in
            try await check.check(store) { try await compact() }
        }
    }

    @Test func `nodes report their state`() async throws {
        try await cluster.withStore { store in
            var clusters: Set<String> = []
            var leaders = 0
            for endpoint in store.endpoints {
                let status = try await store.status(of: endpoint)
                #expect(status.version.hasPrefix("3."))
                #expect(status.hasLeader && !status.isLearner)
                #expect(status.databaseSize >= status.databaseInUse && status.databaseInUse > 0)
                clusters.insert(status.cluster)
                if status.isLeader { leaders += 1 }
            }
            #expect(clusters.count == 1)
            #expect(leaders == 1)
            #expect(try await store.memberCount() == 3)
            #expect(try await store.alarms().isEmpty)
        }
    }

    @Test func `a user has no right to other prefixes`() async throws {
        try await cluster.withStore(prefix: "other/team") { store in
            let error = try await failure { _ = try await store.vaultIDs() }
            #expect(error == .refused(.forbidden, .permissionDenied))
            let outcome = await store.replaceHead(
                of: .random(), with: [1], ifRevision: 0, keeping: nil)
            guard case .refused(.forbidden, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `a wrong password is reported`() async throws {
        try await cluster.withStore(password: "FAKEwrong") { store in
            let error = try await failure { _ = try await store.vaultIDs() }
            #expect(error == .refused(.unauthorized, .unauthorized(.wrongPassword)))
        }
    }

    @Test func `etcd requires a user`() async throws {
        try await cluster.withStore(password: nil) { store in
            let error = try await failure { _ = try await store.vaultIDs() }
            #expect(error == .refused(.unauthorized, .unauthorized(.noUser)))
        }
    }

    @Test func `a login that has ended is replaced`() async throws {
        try await cluster.withStore { store in
            let id = [UInt8].random()
            #expect(try await store.head(of: id) == nil)
            // Setting the password, even to the same, ends all tokens of the user.
            try await cluster.request(
                "/v3/auth/user/changepw",
                #"{"name":"\#(cluster.user)","password":"\#(cluster.password)"}"#)
            #expect(try await store.head(of: id) == nil)
            try await cluster.request(
                "/v3/auth/user/changepw",
                #"{"name":"\#(cluster.user)","password":"\#(cluster.password)"}"#)
            let outcome = await store.replaceHead(of: id, with: [1], ifRevision: 0, keeping: nil)
            guard case .succeeded = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `etcd requires a client certificate`() async throws {
        let settings = try cluster.settings(certificate: nil)
        try await cluster.withStore(settings) { store in
            let error = try await failure { _ = try await store.vaultIDs() }
            #expect(error == .refused(.unauthorized, .unreachable(.certificateRefused)))
            let outcome = await store.replaceHead(
                of: .random(), with: [1], ifRevision: 0, keeping: nil)
            guard case .refused(.unauthorized, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `a client certificate of another authority is refused`() async throws {
        try await TemporaryFolder.with { folder in
            let other = try await CertificateAuthority(in: folder).issue("client")
            try await cluster.withStore(cluster.settings(certificate: other)) { store in
                let error = try await failure { _ = try await store.vaultIDs() }
                #expect(error == .refused(.unauthorized, .unreachable(.certificateRefused)))
            }
        }
    }

    @Test func `a client certificate with a common name is refused`() async throws {
        let named = try await cluster.authority.issue("named", subject: "/CN=ann")
        try await cluster.withStore(cluster.settings(certificate: named)) { store in
            let error = try await failure { _ = try await store.vaultIDs() }
            #expect(error == .refused(.unauthorized, .certificateHasName))
        }
    }

    @Test func `a server of another authority is not trusted`() async throws {
        try await TemporaryFolder.with { folder in
            let other = try await CertificateAuthority(in: folder)
            let settings = try cluster.settings(
                authority: other.certificate, certificate: cluster.client)
            try await cluster.withStore(settings) { store in
                let error = try await failure { _ = try await store.vaultIDs() }
                #expect(error == .noAnswer(.unreachable(.untrusted)))
            }
        }
    }

    @Test func `files that cannot be used are named`() throws {
        let client = cluster.client
        let cases: [(String, CertificateAuthority.Issued?, EtcdFileProblem.Content)] = [
            ("/nowhere/ca.pem", client, .authority),
            (cluster.passwordFile, client, .authority),
            (
                cluster.authority.certificate,
                .init(certificate: cluster.passwordFile, privateKey: client.privateKey),
                .certificate
            ),
            (
                cluster.authority.certificate,
                .init(certificate: client.certificate, privateKey: client.certificate),
                .privateKey
            ),
            (
                cluster.authority.certificate,
                .init(
                    certificate: client.certificate,
                    privateKey: "\(cluster.folder.path)/server.key"), .privateKey
            ),
        ]
        for (authority, certificate, content) in cases {
            let settings = try cluster.settings(authority: authority, certificate: certificate)
            let problem = #expect(throws: EtcdFileProblem.self) {
                try EtcdStore(settings, login: nil)
            }
            #expect(problem?.content == content)
        }
    }

    @Test func `a request that is too large is refused`() async throws {
        try await cluster.withStore { store in
            for size in [1_572_864, 2_200_000] {
                let outcome = await store.replaceHead(
                    of: .random(), with: Array(repeating: 1, count: size), ifRevision: 0,
                    keeping: nil)
                guard case .refused(.tooLarge, _) = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
            }
        }
    }

    private func compact() async throws {
        let reply = try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#)
        let revision = try #require(reply.firstMatch(of: /"revision":"([0-9]+)"/)).1
        try await cluster.request("/v3/kv/compaction", #"{"revision":"\#(revision)"}"#)
    }
}

extension EtcdCluster {
    func settings(
        prefix: String = "tokenvault/team", authority: String? = nil,
        certificate: CertificateAuthority.Issued?
    ) throws -> RemoteSettings {
        try RemoteSettings(
            address: EtcdAddress(address(prefix: prefix)),
            authorityFile: authority ?? self.authority.certificate,
            certificate: certificate.map {
                .init(certificate: $0.certificate, privateKey: $0.privateKey)
            },
            login: .init(user: user, passwordFile: passwordFile))
    }

    /// Time limits for tests that are not about them: the machine may be busy.
    static let patient = EtcdLimits(read: .seconds(20), write: .seconds(30))

    /// Calls `body` with a store of the user, or without a login if `password` is `nil`.
    func withStore(
        prefix: String = "tokenvault/team", password: String? = "FAKEetcd1",
        limits: EtcdLimits = patient, _ body: (EtcdStore) async throws -> Void
    ) async throws {
        try await withStore(
            settings(prefix: prefix, certificate: client), password: password, limits: limits, body)
    }

    func withStore(
        _ settings: RemoteSettings, password: String? = "FAKEetcd1", limits: EtcdLimits = patient,
        _ body: (EtcdStore) async throws -> Void
    ) async throws {
        let login = try password.map { try EtcdLogin(user: user, passwordFile: secret($0)) }
        let store = try EtcdStore(settings, login: login, limits: limits)
        do {
            try await body(store)
        } catch {
            await store.disconnect()
            throw error
        }
        await store.disconnect()
    }
}
