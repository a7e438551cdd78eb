import Foundation
import Sharing
import Support
import Synchronization
import Testing

@testable import Etcd

/// Many writers on real etcd whose leader is killed again and again.
@Suite(.timeLimit(.minutes(4))) struct LeaderLossTests {
    private static let writers = 6
    private static let kills = 4

    @Test func `no acknowledged change is lost, and none is made twice`() async throws {
        let cluster = try await EtcdCluster()
        defer { cluster.stop() }
        let id = [UInt8].random()
        let end = End()
        let reports = try await withThrowingTaskGroup(of: Report.self) { group in
            for number in 0..<Self.writers {
                group.addTask {
                    var writer = Writer(name: "writer\(number)", id: id)
                    try await cluster.withStore(limits: .standard) { store in
                        while !end.hasCome {
                            try await writer.write(to: store)
                        }
                    }
                    return writer.report
                }
            }
            do {
                try await killLeaders(of: cluster)
            } catch {
                end.come()
                throw error
            }
            end.come()
            return try await group.reduce(into: []) { $0.append($1) }
        }
        var found = ""
        try await cluster.withStore { store in
            let head = try #require(try await store.head(of: id))
            found = String(decoding: head.value, as: UTF8.self)
        }
        let lines = found.split(separator: "\n").map(String.init)
        #expect(Set(lines).count == lines.count, "something was written twice")
        let acknowledged = reports.flatMap(\.acknowledged)
        #expect(Set(acknowledged).subtracting(lines).isEmpty)
        #expect(Set(lines).subtracting(reports.flatMap(\.attempted)).isEmpty)
        // A run without these proves nothing.
        #expect(acknowledged.count > 20)
        #expect(reports.contains { $0.lostRaces > 0 })
    }

    private func killLeaders(of cluster: EtcdCluster) async throws {
        try await cluster.withStore { store in
            var killed = 0
            for _ in 0..<100 where killed < Self.kills {
                try await Task.sleep(for: .milliseconds(500))
                for endpoint in store.endpoints {
                    guard (try? await store.status(of: endpoint))?.isLeader == true,
                        let leader = cluster.nodes.first(where: { $0.port == endpoint.port })
                    else { continue }
                    try await Task.sleep(for: .seconds(1))
                    leader.kill()
                    killed += 1
                    try await Task.sleep(for: .seconds(2))
                    try cluster.start(leader)
                    try await cluster.request(
                        "/v3/kv/range", #"{"key":"AA=="}"#, to: leader)
                    break
                }
            }
            #expect(killed == Self.kills)
        }
    }
}

/// The end of the test, for its writers.
private final class End: Sendable {
    private let flag = Atomic(false)

    var hasCome: Bool { flag.load(ordering: .relaxed) }

    func come() { flag.store(true, ordering: .relaxed) }
}

/// What a writer did.
private struct Report {
    /// The lines whose transaction was confirmed.
    var acknowledged: [String] = []
    /// All lines.
    var attempted: [String] = []
    var lostRaces = 0
}

/// Appends lines to the head of a vault, one after the other.
private struct Writer {
    let name: String
    let id: [UInt8]
    var report = Report()

    /// Appends a line, or gives up after some seconds without knowing whether it is there.
    mutating func write(to store: EtcdStore) async throws {
        let line = "\(name)-\(report.attempted.count)"
        report.attempted.append(line)
        for _ in 0..<40 {
            guard let head = await head(in: store) else { continue }
            let text = String(decoding: head.value, as: UTF8.self)
            // No answer is not "no": an earlier attempt may have succeeded.
            guard !text.split(separator: "\n").contains(Substring(line)) else { return }
            let outcome = await store.replaceHead(
                of: id, with: head.value + Array("\(line)\n".utf8), ifRevision: head.revision,
                keeping: nil)
            switch outcome {
            case .succeeded:
                report.acknowledged.append(line)
                return
            case .lostRace:
                report.lostRaces += 1
                try await Task.sleep(for: .milliseconds(.random(in: 1...30)))
            case .refused(.unavailable, _), .unknown:
                try await Task.sleep(for: .milliseconds(100))
            case .refused(let refusal, let cause):
                Issue.record("\(refusal): \(cause)")
                return
            }
        }
    }

    /// Returns the head, an empty one of revision 0 if there is none, or `nil` without an answer.
    private func head(in store: EtcdStore) async -> (value: [UInt8], revision: Int64)? {
        do throws(StoreFailure) {
            let head = try await store.head(of: id)
            return (head?.value ?? [], head?.revision ?? 0)
        } catch {
            if case .refused(let refusal, let cause) = error, refusal != .unavailable {
                Issue.record("\(refusal): \(cause)")
            }
            return nil
        }
    }
}
