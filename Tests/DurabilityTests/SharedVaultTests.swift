import Foundation
import Support
import Testing

// Two machines share a vault, and the store is away. TortureTests kill its nodes while they write.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SharedVaultTests {
    @Test func `without etcd, what was issued stays, and is shared afterward`() async throws {
        let shared = try await SharedHomes(nodes: 3)
        let cluster = shared.cluster
        for node in cluster.nodes { node.kill() }
        let start = ContinuousClock.now
        let added = try await shared.run(0, "add", "page:2", input: "EAAFAKE2")
        #expect(added.status == 0 && added.errors.contains("not shared yet"), "\(added.errors)")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try await shared.secret(0, "page:2") == "EAAFAKE2")
        let required = try await shared.run(
            0, "add", "page:3", "--require-shared", input: "EAAFAKE3")
        #expect(required.status == 69)
        let fresh = try await shared.run(1, "get", "--fresh", "page:1")
        #expect(fresh.status == 69 && fresh.output.isEmpty)
        #expect(try await shared.secret(1, "page:1") == "EAAFAKE1")
        for node in cluster.nodes { try cluster.start(node) }
        try await shared.settle()
        let other = try await shared.run(1, "get", "--fresh", "page:2")
        #expect(other.output == "EAAFAKE2\n")
        #expect(try await shared.secret(1, "page:3") == nil)
    }
}
