import Foundation
import Platform
import Sodium
import Testing

@testable import Vault

@Suite struct SavingTests {
    let directory: TemporaryDirectory
    private let vault: UnlockedVault

    init() throws {
        directory = try TemporaryDirectory()
        vault = try UnlockedVault(newIn: directory)
        try vault.put([("app:1", "FAKE1"), ("page:1", "FAKE2")])
    }

    private struct Refusal: Error {}

    private func reference(_ text: String) throws -> Reference {
        try #require(Reference(text: text))
    }

    private func generation() throws -> UInt64 { try vault.read { $0.header.generation } }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    @Test func `changes happen all together or not at all`() throws {
        let before = try Data(contentsOf: URL(filePath: vault.path))
        let (one, other) = (try reference("app:1"), try reference("page:9"))
        #expect(throws: Refusal.self) {
            try vault.change { _ in
                [
                    EntryChange(one) { _ in .remove },
                    EntryChange(other) { _ in throw Refusal() },
                ]
            }
        }
        #expect(throws: VaultError.noEntry(other)) {
            try vault.change { _ in
                [
                    EntryChange(one) { _ in .remove },
                    EntryChange(other) { _ in .describe(Metadata()) },
                ]
            }
        }
        #expect(throws: Refusal.self) { try vault.change { _ in throw Refusal() } }
        #expect(try Data(contentsOf: URL(filePath: vault.path)) == before)
        #expect(try names() == ["vault", "vault.lock"])
    }

    @Test func `a secret that no record can hold saves nothing`() throws {
        for (text, fault) in [
            ("", SecretFault.empty), ("a b", .whiteSpace(offset: 1)),
            ("ab\u{7F}", .unprintable(offset: 2)),
            (String(repeating: "F", count: 65_537), .tooLong),
        ] {
            #expect(throws: VaultError.unusableSecret(fault)) {
                try vault.put([("page:9", text)])
            }
        }
        #expect(try vault.everything() == ["app:1=FAKE1", "page:1=FAKE2"])
    }

    @Test func `metadata of over 64 KiB saves nothing`() throws {
        let page = try reference("page:1")
        var metadata = Metadata()
        metadata.name = String(repeating: "n", count: 65_536)
        #expect(throws: VaultError.metadataTooLarge(page)) {
            try vault.change { _ in [EntryChange(page) { _ in .describe(metadata) }] }
        }
        metadata.name = String(repeating: "n", count: 65_536 - #"{"name":""}"#.utf8.count)
        try vault.change { _ in [EntryChange(page) { _ in .describe(metadata) }] }
        let stored = try vault.read { try $0.withRecord(page) { try $0.metadata() } }
        #expect(stored.name == metadata.name)
    }

    @Test func `each save raises the generation by one, and no changes are no save`() throws {
        let before = try generation()
        try vault.put([("page:2", "FAKE")])
        #expect(try generation() == before + 1)
        try vault.put([("page:2", "FAKE")])
        #expect(try generation() == before + 2)
        try vault.change { _ in [] }
        #expect(try generation() == before + 2)
    }

    @Test func `each save seals with a key of its own`() throws {
        let first = Array(try Data(contentsOf: URL(filePath: vault.path)).suffix(64))
        let page = try reference("page:1")
        try vault.change { _ in [EntryChange(page) { _ in .keep }] }
        #expect(Array(try Data(contentsOf: URL(filePath: vault.path)).suffix(64)) != first)
    }

    @Test func `a change sees what is stored now, and a new one nothing`() throws {
        var seen: [Bool] = []
        let (old, new) = (try reference("app:1"), try reference("app:2"))
        try vault.change { _ in
            [old, new].map { reference in
                EntryChange(reference) { metadata in
                    seen.append(metadata != nil)
                    return .keep
                }
            }
        }
        #expect(seen == [true, false])
    }

    @Test func `a save that crashed leaves nothing to the next one`() throws {
        try Data("remains".utf8).write(to: URL(filePath: "\(directory.path)/.vault.saving"))
        try vault.put([("page:2", "FAKE")])
        #expect(try names() == ["vault", "vault.lock"])
    }

    @Test func `a link to the vault stays, and its target is replaced`() throws {
        let link = "\(directory.path)/sub/link"
        try Directory.create("\(directory.path)/sub")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "../vault")
        let linked = try UnlockedVault(path: link, key: .dataKey(vault.dataKey))
        try linked.put([("page:2", "FAKE3")])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "../vault")
        #expect(try vault.everything() == ["app:1=FAKE1", "page:1=FAKE2", "page:2=FAKE3"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/sub") == ["link"]
        )
    }

    @Test func `a vault that was replaced behind the lock is left alone`() throws {
        let copy = "\(directory.path)/copy"
        try FileManager.default.copyItem(atPath: vault.path, toPath: copy)
        try vault.put([("page:2", "FAKE")])
        let page = try reference("page:1")
        #expect(throws: VaultError.changedMeanwhile) {
            try vault.change { _ in
                [
                    EntryChange(page) { _ in
                        try FileManager.default.removeItem(atPath: vault.path)
                        try FileManager.default.moveItem(atPath: copy, toPath: vault.path)
                        return .remove
                    }
                ]
            }
        }
        #expect(try vault.everything() == ["app:1=FAKE1", "page:1=FAKE2"])
        #expect(try names() == ["vault", "vault.lock"])
    }

    @Test func `another vault in its place is not taken for it`() throws {
        let other = try TemporaryDirectory()
        let stranger = try UnlockedVault(newIn: other)
        try FileManager.default.removeItem(atPath: vault.path)
        try FileManager.default.copyItem(atPath: stranger.path, toPath: vault.path)
        #expect(throws: VaultError.changedMeanwhile) { try vault.everything() }
        #expect(throws: VaultError.changedMeanwhile) { try vault.put([("page:2", "FAKE")]) }
        try FileManager.default.removeItem(atPath: vault.path)
        #expect(throws: VaultError.missing(path: vault.path)) { try vault.everything() }
        #expect(throws: VaultError.missing(path: vault.path)) {
            try vault.put([("page:2", "FAKE")])
        }
    }

    @Test func `of many changes at once all are there`() async throws {
        let before = try generation()
        let vault = vault
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 1...8 {
                group.addTask {
                    for number in 1...5 { try vault.put([("user:\(task)0\(number)", "FAKE")]) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try vault.everything().count == 2 + 40)
        #expect(try generation() == before + 40)
    }
}
