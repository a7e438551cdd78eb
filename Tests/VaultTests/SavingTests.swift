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

    @Test func `either all changes are saved or none`() throws {
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

    @Test func `an invalid secret saves nothing`() throws {
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

    @Test func `metadata over 64 KiB saves nothing`() throws {
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

    @Test func `each save raises the generation by one, and without changes nothing is saved`()
        throws
    {
        let before = try generation()
        try vault.put([("page:2", "FAKE")])
        #expect(try generation() == before + 1)
        try vault.put([("page:2", "FAKE")])
        #expect(try generation() == before + 2)
        try vault.change { _ in [] }
        #expect(try generation() == before + 2)
    }

    @Test func `each save seals with a new key`() throws {
        let first = Array(try Data(contentsOf: URL(filePath: vault.path)).suffix(64))
        let page = try reference("page:1")
        try vault.change { _ in [EntryChange(page) { _ in .keep }] }
        #expect(Array(try Data(contentsOf: URL(filePath: vault.path)).suffix(64)) != first)
    }

    @Test func `a change receives the stored metadata, or nil for a new entry`() throws {
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

    @Test func `a save removes what a crashed one left behind`() throws {
        try Data("remains".utf8).write(to: URL(filePath: "\(directory.path)/.vault.saving"))
        try vault.put([("page:2", "FAKE")])
        #expect(try names() == ["vault", "vault.lock"])
    }

    @Test func `saving through a link keeps the link and replaces its target`() throws {
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

    @Test func `a vault that was replaced despite the lock is left alone`() throws {
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

    @Test func `another vault at the same path is refused`() throws {
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

    @Test func `concurrent changes are all saved`() async throws {
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
