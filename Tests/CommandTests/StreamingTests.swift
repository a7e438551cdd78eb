import Entries
import Foundation
import Sodium
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `list`, `check` and `verify` of a vault whose output is written in several pieces.
@Suite struct StreamingTests {
    let world: TestWorld
    private static let count = 400

    /// Stores tokens that expire in an order of their own; a few do not expire, or are invalid.
    init() throws {
        world = try TestWorld()
        let now = world.now
        try world.vault().change { _ in
            (0..<Self.count).compactMap { number in
                Reference(.page, "\(1_000 + number)").map { reference in
                    EntryChange(reference) { _ in
                        var metadata = Metadata()
                        metadata.name = "Fake Page \(number) " + String(repeating: "é", count: 150)
                        metadata.expiresAt =
                            number % 5 == 0
                            ? .never : .at(now + Int64(number * 7_919 % 1_000 * 86_400))
                        if number % 50 == 1 { metadata.validity = .invalid(reason: "gone") }
                        let secret = Secret(copying: Array("EAAFAKE\(number)".utf8).span)
                        return .store(SharedSecret(secret), metadata)
                    }
                }
            }
        }
    }

    static let commands = [
        ["list"], ["list", "--json"], ["list", "--tree"], ["check"], ["check", "--json"],
        ["check", "--format", "prometheus"], ["verify"], ["verify", "--json"],
    ]

    @Test(arguments: commands)
    func `nothing is printed if the end of the vault is damaged`(arguments: [String]) async throws {
        #expect(await world.run(arguments).output != "")
        let file = try FileHandle(forUpdating: URL(filePath: world.vaultPath))
        let end = try file.seekToEnd()
        try file.seek(toOffset: end - 1)
        let byte = try #require(try file.read(upToCount: 1)?.first)
        try file.seek(toOffset: end - 1)
        try file.write(contentsOf: Data([byte ^ 1]))
        let ending = await world.run(arguments)
        #expect(ending.status == .damaged)
        #expect(ending.output == "")
    }

    @Test func `each entry is listed once, in the order of the references`() async throws {
        let all = (0..<Self.count).map { "page:\(1_000 + $0)" }
        let objects = try await world.run("list", "--json").objects()
        #expect(objects.map { $0["ref"] as? String } == all)
        let lines = await world.run("list").output.split(separator: "\n").dropFirst()
        #expect(lines.map { $0.prefix { $0 != " " } } == all.map { $0[...] })
    }

    @Test(arguments: [0, 1, 100, 1 << 20])
    func `each listed entry has the state of the copy, in memory or not`(
        keptSize: Int
    ) async throws {
        // A vault is shared if it has settings for a store.
        try Data().write(to: URL(filePath: world.vaultPath + ".remote"))
        let copy = try #require(CopyState(ofVaultAt: world.vaultPath))
        try world.vault().read { reader in
            var listing = EntryListing(json: true, copy: copy, in: world.world)
            listing.keptSize = keptSize
            try reader.forEachStoredEntry { listing.add($0, at: $1) }
            try listing.print { start, body in
                try reader.forEachStoredEntry(from: start) { entry, _ in try body(entry) }
            }
        }
        let data = Data(world.output.utf8)
        let entries = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(entries.count == Self.count)
        #expect(entries.allSatisfy { $0["ahead"] as? Bool == false && $0["synced_at"] is NSNull })
    }

    @Test func `check prints the most urgent first`() async throws {
        let document = try await world.run("check", "--json").object()
        let entries = try #require(document["entries"] as? [[String: Any]])
        let urgency = try entries.map { entry -> String in
            switch try #require(entry["status"] as? String) {
            case "invalid": "0"
            case "expired": "1"
            default: try #require(entry["expires_at"] as? String)
            }
        }
        // "never" sorts after all times.
        #expect(urgency == urgency.sorted())
        #expect(Set(entries.compactMap { $0["ref"] as? String }).count == Self.count)
        let refs = entries.compactMap { $0["ref"] as? String }
        let lines = await world.run("check").output.split(separator: "\n").dropFirst()
        let shown = lines.prefix(Self.count).map { $0.split(separator: " ")[1] }
        #expect(shown == refs.map { $0[...] })
    }

    @Test(arguments: [1, 7, 399, 400, 1_000])
    func `the order does not depend on how many entries are in memory`(
        batchSize: Int
    ) async throws {
        var order = UrgencyOrder()
        order.batchSize = batchSize
        try world.vault().read { reader in
            var expected: [(Int64, Reference)] = []
            try reader.forEachStoredEntry { entry, position in
                let expiry = entry.metadata.expiresAt
                let urgency = if case .at(let end) = expiry { end.seconds } else { Int64.max }
                order.add(entry, at: position, urgency: urgency)
                expected.append((urgency, entry.reference))
            }
            order.sort()
            expected.sort { $0 < $1 }
            var found: [Reference] = []
            try order.forEachEntry(in: reader) { found.append($0.reference) }
            #expect(found == expected.map(\.1))
        }
    }
}
