import Foundation
import Sharing
import Support
import Testing

@testable import Etcd

/// Real etcd whose nodes are killed or frozen, or whose database is full.
@Suite(.serialized, .timeLimit(.minutes(4))) struct FailureTests {
    @Test func `nodes that are killed or frozen are replaced by others`() async throws {
        try await withCluster { cluster in
            try await cluster.withStore { store in
                let id = [UInt8].random()
                var revision: Int64 = 0
                for node in cluster.nodes {
                    // The node that would be asked first is the one that is missing.
                    let port = try #require(store.endpoints.first).port
                    let victim = try #require(cluster.nodes.first { $0.port == port })
                    if node === cluster.nodes[1] { victim.freeze(true) } else { victim.kill() }
                    let found = try await settled { try await store.head(of: id) }
                    #expect((found?.revision ?? 0) == revision)
                    #expect(store.endpoints.first?.port != victim.port)
                    let outcome = await store.replaceHead(
                        of: id, with: [1], ifRevision: revision, keeping: nil)
                    guard case .succeeded(let next) = outcome else {
                        Issue.record("\(outcome)")
                        return
                    }
                    revision = next
                    if node === cluster.nodes[1] {
                        victim.freeze(false)
                    } else {
                        try cluster.start(victim)
                    }
                    try await cluster.request("/v3/kv/range", #"{"key":"AA=="}"#, to: victim)
                }
            }
        }
    }

    @Test func `a transaction passes over a frozen node that it cannot connect to`() async throws {
        try await withCluster { cluster in
            try await cluster.withStore { store in
                let first = try #require(store.endpoints.first)
                cluster.nodes.first { $0.port == first.port }?.freeze(true)
                let time = await ContinuousClock().measure {
                    let outcome = await store.replaceHead(
                        of: .random(), with: [1], ifRevision: 0, keeping: nil)
                    guard case .succeeded = outcome else {
                        Issue.record("\(outcome)")
                        return
                    }
                }
                // Two seconds for the connection, and a while for a new leader.
                #expect(time < .seconds(20))
                #expect(store.endpoints.first != first)
            }
        }
    }

    @Test func `without a quorum there is no answer in time`() async throws {
        try await withCluster { cluster in
            try await cluster.withStore(limits: .standard) { store in
                // With a token at hand, the transaction itself has to wait.
                _ = try await settled { try await store.vaultIDs() }
                for node in cluster.nodes.dropFirst() { node.kill() }
                let reading = try await ContinuousClock().measure {
                    let error = try await failure { _ = try await store.vaultIDs() }
                    guard case .noAnswer = error else {
                        Issue.record("\(error)")
                        return
                    }
                }
                #expect(reading < .seconds(3))
                let writing = await ContinuousClock().measure {
                    let outcome = await store.replaceHead(
                        of: .random(), with: [1], ifRevision: 0, keeping: nil)
                    guard case .unknown = outcome else {
                        Issue.record("\(outcome)")
                        return
                    }
                }
                #expect(writing < .seconds(12))
                // What a node says about itself needs no quorum.
                let status = try await store.status(of: #require(store.endpoints.first))
                #expect(status.version.hasPrefix("3."))

                cluster.stop()
                let outcome = await store.replaceHead(
                    of: .random(), with: [1], ifRevision: 0, keeping: nil)
                switch outcome {
                // The first may notice the closed connection only when it is used.
                case .refused(.unavailable, _), .unknown: break
                default: Issue.record("\(outcome)")
                }
                let last = await store.replaceHead(
                    of: .random(), with: [1], ifRevision: 0, keeping: nil)
                guard case .refused(.unavailable, _) = last else {
                    Issue.record("\(last)")
                    return
                }
            }
        }
    }

    @Test func `a full database refuses to write and raises an alarm`() async throws {
        try await withCluster(size: 1, quota: 8 << 20) { cluster in
            try await cluster.withStore { store in
                let id = [UInt8].random()
                let bytes = [UInt8](repeating: 7, count: StoredHead.partSize)
                let error = try await failure {
                    for number in 0..<20 {
                        try await store.write(
                            bytes, as: PartName(set: "1-aa", number: number), of: id)
                    }
                }
                #expect(error == .refused(.quotaExceeded, .quotaExceeded))
                #expect(try await store.alarms() == [.noSpace])
                let outcome = await store.replaceHead(
                    of: id, with: [1], ifRevision: 0, keeping: nil)
                guard case .refused(.quotaExceeded, _) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                #expect(try await store.head(of: id) == nil)
            }
        }
    }

    private func withCluster(
        size: Int = 3, quota: Int? = nil, _ body: (EtcdCluster) async throws -> Void
    ) async throws {
        let cluster = try await EtcdCluster(size: size, quota: quota)
        defer { cluster.stop() }
        try await body(cluster)
    }

    /// Returns the result of `body`, which may fail for some seconds after a leader was lost.
    private func settled<Result>(
        _ body: () async throws -> Result
    ) async throws -> Result {
        for _ in 0..<20 {
            if let result = try? await body() { return result }
            try await Task.sleep(for: .milliseconds(500))
        }
        return try await body()
    }
}
