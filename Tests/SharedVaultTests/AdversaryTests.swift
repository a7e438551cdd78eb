import Foundation
import Sharing
import Sodium
import Support
import Testing
import Vault

@testable import SharedVault

/// Files and heads that no program put there, and copies that lived apart.
@Suite struct AdversaryTests {
    private let store = MemoryStore()
    private let page = Reference.firstPage

    /// Two machines with the same vault, which has one entry.
    private func machines() async throws -> [SharedMachine] {
        let machines = try SharedMachine.make(2, sharing: store)
        _ = try await machines[0].sync(.restore)
        try machines[0].change("page:1", "FAKEa")
        _ = try await machines[0].sync()
        _ = try await machines[1].sync()
        return machines
    }

    private func replaceHead(with state: OpenState) async throws {
        let line = HeadLine(
            of: state.bytes, generation: state.header.generation, epoch: state.header.epoch,
            mac: Array(state.markState.saveID.prefix(32)),
            nonce: Array(state.markState.saveID.dropFirst(32)), partSet: "1-aa")
        try await replaceHead(of: state.header.vaultID, with: line.value(with: state.bytes))
    }

    private func replaceHead(of vaultID: [UInt8], with value: [UInt8]) async throws {
        let revision = try await store.head(of: vaultID)?.revision ?? 0
        _ = await store.replaceHead(of: vaultID, with: value, ifRevision: revision, keeping: nil)
    }

    @Test(arguments: [true, false])
    func whoHasAnEarlierDataKeyForgesNoHead(namesTheHead: Bool) async throws {
        let machines = try await machines()
        let old = try machines[1].state()
        try await machines[0].renewDataKey()
        #expect(try await machines[1].sync() == .shared(pulled: true, committed: false))
        let current = try machines[1].state()
        #expect(current.header.epoch == 2)
        var lineage = old.state.lineage
        if namesTheHead {
            lineage.add(head: current.state.id, generation: current.state.generation)
        }
        let planted = SharedMachine.entryChange(page, "FAKEplanted-later")
        let forged = try old.successor([planted], generation: 99, lineage: lineage)
        try await replaceHead(with: try OpenState(forged, keys: machines[0].keys))
        for machine in machines {
            let result = try await machine.sync()
            guard case .rollback = result else {
                Issue.record("\(String(describing: result))")
                continue
            }
            #expect(try machine.state().bytes == current.bytes)
        }
        // A person decides. Even then, what was planted comes second, though it is later.
        #expect(try await machines[0].sync(.restore) == .shared(pulled: false, committed: true))
        #expect(try machines[0].state().header.epoch == 2)
        #expect(
            try machines[0].entries() == ["page:1=FAKEa", "page:1~previous=FAKEplanted-later"])
    }

    /// Returns what somebody can write who has the data key of `state`.
    private func forged(
        _ state: OpenState, epoch: UInt64? = nil, generation: UInt64, naming head: OpenState,
        _ changes: [EntryChange] = []
    ) throws -> OpenState {
        var lineage = state.state.lineage
        lineage.add(head: head.state.id, generation: head.state.generation)
        let bytes = try state.successor(changes, generation: generation, lineage: lineage)
        let reader = try VaultFile(bytes: bytes).unlock(with: .dataKey(state.dataKey))
        var header = reader.header
        header.epoch = epoch ?? header.epoch
        let resealed = try reader.resealed(as: header, dataKey: state.dataKey, changedBy: [])
        let keys = KeyRing(.machineKey(try SharedMachine.make(1, sharing: store)[0].key))
        keys.add(state.dataKey, ofEpoch: header.epoch)
        return try OpenState(resealed, keys: keys)
    }

    @Test func anEarlierDataKeyInALaterEpochIsDamage() async throws {
        let machines = try await machines()
        let old = try machines[1].state()
        // A process that began before the data key was changed.
        let keys = machines[1].keys
        let runner = SyncRunner(
            try machines[1].paths, keys: keys, marks: machines[1].marks, store: store
        ) { Timestamp(1_000) }
        _ = try await runner.sync()
        try await machines[0].renewDataKey()
        #expect(try await runner.sync()?.result == .shared(pulled: true, committed: false))
        let current = try machines[1].state()
        try await replaceHead(
            with: try forged(old, epoch: 3, generation: 99, naming: current))
        #expect(try await runner.sync()?.result == .unusable(.damaged))
        #expect(try machines[1].state().bytes == current.bytes)
    }

    @Test func aGenerationThatNobodyReachesIsDamage() async throws {
        let machines = try await machines()
        let current = try machines[0].state()
        let last = SyncSession.lastGeneration
        try await replaceHead(with: try forged(current, generation: last + 1, naming: current))
        #expect(try await machines[0].sync() == .unusable(.damaged))
        try await replaceHead(with: try forged(current, generation: last, naming: current))
        #expect(try await machines[0].sync() == .shared(pulled: true, committed: false))
    }

    @Test func whatOnlyAnEarlierDataKeyHasIsNamed() async throws {
        let machines = try await machines()
        let old = try machines[1].state()
        try await machines[0].renewDataKey()
        _ = try await machines[1].sync()
        let planted = try #require(Reference(text: "page:999"))
        let page = page
        let changes = [
            EntryChange(page) { _ in
                var metadata = Metadata()
                metadata.checkedAt = Timestamp(4_000_000_000)
                metadata.expiresAt = .at(Timestamp(1))
                return .store(
                    SharedSecret(Secret(copying: Array("FAKEa".utf8).span)), metadata)
            }, SharedMachine.entryChange(planted, "FAKEplanted"),
        ]
        try await replaceHead(
            with: try forged(old, generation: 99, naming: try machines[1].state(), changes))
        let report = try #require(try await machines[1].runner.sync(.restore))
        #expect(report.foreign == [planted])
        let expiry = try machines[1].opened().read { reader in
            try reader.withRecord(page) { try $0.metadata().expiresAt }
        }
        #expect(expiry == .unknown)
    }

    @Test func aProgramThatDoesNotKnowOfSharingLosesNothing() async throws {
        let machines = try await machines()
        try machines[0].change("page:2", "FAKEb")
        try machines[0].setShared(false)
        let other = try #require(Reference(text: "page:3"))
        for secret in ["FAKEc", "FAKEdd"] {
            try machines[0].opened().change { _ in [SharedMachine.entryChange(other, secret)] }
        }
        try machines[0].setShared(true)
        #expect(try await machines[0].sync() == .rollback(.fork))
        #expect(try await machines[0].sync(.restore) == .shared(pulled: false, committed: true))
        _ = try await machines[1].sync()
        for machine in machines {
            #expect(try machine.entries() == ["page:1=FAKEa", "page:2=FAKEb", "page:3=FAKEdd"])
        }
    }

    @Test func whatWaitsIsNotCommittedWithAnEarlierDataKey() async throws {
        let machines = try await machines()
        let old = try machines[1].state()
        try await machines[0].renewDataKey()
        _ = try await machines[1].sync()
        let current = try machines[1].state()
        var lineage = old.state.lineage
        lineage.add(head: current.state.id, generation: current.state.generation)
        let forged = try old.successor([], generation: 99, lineage: lineage)
        try Data(forged).write(to: URL(filePath: "\(machines[1].path).sent"))
        // Older than what this machine has seen.
        await #expect(throws: VaultError.self) { try await machines[1].sync() }
        #expect(try machines[1].state().bytes == current.bytes)
        #expect(try await machines[0].sync() == .shared(pulled: false, committed: false))
    }

    @Test(arguments: ["sent", "ahead"])
    func anOldFileInTheirPlaceIsARollback(suffix: String) async throws {
        let machines = try SharedMachine.make(1, sharing: store)
        let machine = machines[0]
        // From before the vault was shared, so no head was made from it.
        let old = try Data(contentsOf: URL(filePath: machine.path))
        try machine.setShared(false)
        for secret in ["FAKEa", "FAKEbb"] {
            try machine.opened().change { _ in [SharedMachine.entryChange(page, secret)] }
        }
        try machine.setShared(true)
        _ = try await machine.sync(.restore)
        try old.write(to: URL(filePath: "\(machine.path).\(suffix)"))
        await #expect(throws: VaultError.self) { try await machine.sync() }
        #expect(throws: VaultError.self) { try machine.change("page:2", "FAKE") }
        #expect(try machine.entries() == ["page:1=FAKEbb"])
    }

    @Test func aDamagedFileNextToTheVaultIsNamed() async throws {
        let machine = try await machines()[0]
        let path = "\(machine.path).sent"
        try Data().write(to: URL(filePath: path))
        await #expect(throws: SharingError.damagedFile(path: path)) { try await machine.sync() }
    }

    @Test func copiesThatLivedApartForLongLoseNothing() async throws {
        let machines = try SharedMachine.make(2, sharing: store)
        try machines[1].setShared(false)
        let other = try #require(Reference(text: "page:777"))
        try machines[1].opened().change { _ in [SharedMachine.entryChange(other, "FAKEapart")] }
        try machines[1].setShared(true)
        _ = try await machines[0].sync(.restore)
        // More heads than a vault remembers.
        for number in 1...(Lineage.limit + 3) {
            try machines[0].change("page:1", "FAKE\(number)")
            _ = try await machines[0].sync()
        }
        #expect(try await machines[1].sync(.restore) == .shared(pulled: false, committed: true))
        _ = try await machines[0].sync()
        for machine in machines {
            #expect(try machine.entries().contains("page:777=FAKEapart"))
            #expect(try machine.entries().contains("page:1=FAKE\(Lineage.limit + 3)"))
        }
    }

    @Test func aDamagedHeadIsReplacedOnlyOnRequest() async throws {
        let machines = try await machines()
        let vaultID = try machines[0].state().header.vaultID
        try await replaceHead(of: vaultID, with: Array("garbage".utf8))
        #expect(try await machines[0].sync() == .unusable(.damaged))
        #expect(try await machines[0].sync(.join) == .unusable(.damaged))
        #expect(try await machines[0].sync(.restore) == .shared(pulled: false, committed: true))
        #expect(try await machines[1].sync() == .shared(pulled: false, committed: false))
    }

    @Test func missingPartsAreDamage() async throws {
        let machines = try await machines()
        let state = try machines[0].state()
        let line = HeadLine(
            of: Array(repeating: 1, count: StoredHead.partSize + 1), generation: 9, epoch: 1,
            mac: Array(state.markState.saveID.prefix(32)),
            nonce: Array(state.markState.saveID.dropFirst(32)), partSet: "9-aa")
        try await replaceHead(of: state.header.vaultID, with: line.value(with: []))
        #expect(try await machines[0].sync() == .unusable(.damaged))
        #expect(try await machines[0].sync(.restore) == .shared(pulled: false, committed: true))
    }

    @Test func aChangeWaitsForNothingWhenSharingEndsOrBegins() async throws {
        let machine = try await machines()[0]
        let (page, other) = (page, try #require(Reference(text: "page:2")))
        let shared = try machine.opened()
        try EndOfSharing.end(try machine.paths, keys: machine.keys, marks: machine.marks)
        try shared.change { _ in [SharedMachine.entryChange(page, "FAKEbb")] }
        #expect(try machine.entries() == ["page:1=FAKEbb"])
        #expect(try !machine.files().contains("vault.ahead"))

        let unshared = try machine.opened()
        try machine.setShared(true)
        try unshared.change { _ in [SharedMachine.entryChange(other, "FAKEc")] }
        #expect(try machine.entries() == ["page:1=FAKEbb"])
        #expect(try machine.files().contains("vault.ahead"))
        _ = try await machine.sync(.restore)
        #expect(
            try machine.entries() == [
                "page:1=FAKEbb", "page:1~previous=FAKEa", "page:2=FAKEc",
            ])
    }

    @Test func withoutSettingsNothingIsSynced() async throws {
        let machine = try await machines()[0]
        try machine.setShared(false)
        await #expect(throws: SharingChange.ended) { try await machine.sync() }
    }
}

extension Reference {
    fileprivate static var firstPage: Reference {
        guard let page = Reference(text: "page:1") else { preconditionFailure("a valid reference") }
        return page
    }
}
