import Foundation
import SharedVault
import Sharing
import Support
import Testing
import Vault

/// Real files, and a store in memory.
@Suite struct SyncTests {
    private let settled: Set<String> = [
        "marks", "vault", "vault.lock", "vault.remote", "vault.sync", "vault.sync.lock",
    ]

    @Test func twoMachinesShare() async throws {
        let store = MemoryStore()
        let machines = try SharedMachine.make(2, sharing: store)
        #expect(try await machines[0].sync() == .headGone)
        #expect(try await machines[0].sync(.restore) == .shared(pulled: false, committed: true))
        #expect(try await machines[1].sync(.restore) == .shared(pulled: false, committed: false))
        try machines[0].change("page:1", "FAKEa")
        try machines[1].change("page:2", "FAKEb")
        try machines[1].change("page:3", "FAKEc")
        #expect(try machines[1].files().contains("vault.ahead"))
        #expect(try await machines[0].sync() == .shared(pulled: false, committed: true))
        #expect(try await machines[1].sync() == .shared(pulled: false, committed: true))
        #expect(try await machines[0].sync() == .shared(pulled: true, committed: false))
        for machine in machines {
            #expect(try machine.entries() == ["page:1=FAKEa", "page:2=FAKEb", "page:3=FAKEc"])
            #expect(try machine.files() == settled)
            #expect(LastPull(ofVaultAt: machine.path).time == Timestamp(1_000))
        }
        let files = try machines.map { try Data(contentsOf: URL(filePath: $0.path)) }
        #expect(files[0] == files[1])
    }

    @Test func bothRenewTheSameToken() async throws {
        let machines = try SharedMachine.make(2, sharing: MemoryStore())
        _ = try await machines[0].sync(.restore)
        try machines[0].change("page:1", "FAKE")
        _ = try await machines[0].sync()
        _ = try await machines[1].sync()
        try machines[0].change("page:1", "FAKEearly")
        try machines[1].change("page:1", "FAKElater1")
        _ = try await machines[0].sync()
        let report = try #require(try await machines[1].runner.sync())
        #expect(report.contested.map(\.description) == ["page:1"])
        _ = try await machines[0].sync()
        for machine in machines {
            #expect(try machine.entries() == ["page:1=FAKElater1", "page:1~previous=FAKEearly"])
        }
    }

    @Test func aLostAnswerIsNotNo() async throws {
        let store = MemoryStore()
        let machine = try #require(try SharedMachine.make(1, sharing: store).first)
        _ = try await machine.sync(.restore)
        try machine.change("page:1", "FAKEa")
        await store.loseAnswers(1)
        #expect(try await machine.sync() == .shared(pulled: false, committed: false))
        #expect(try machine.entries() == ["page:1=FAKEa"])
        #expect(try machine.files() == settled)
    }

    @Test func theStoreIsAway() async throws {
        let store = MemoryStore()
        let machine = try #require(try SharedMachine.make(1, sharing: store).first)
        _ = try await machine.sync(.restore)
        await store.setAway(true)
        try machine.change("page:1", "FAKEa")
        #expect(try await machine.sync() == .notShared(.noAnswer))
        try machine.change("page:1", "FAKEb")
        await store.setAway(false)
        #expect(try await machine.sync() == .shared(pulled: false, committed: true))
        #expect(try machine.entries() == ["page:1=FAKEb"])
        #expect(try machine.files() == settled)
    }

    @Test func aLargeVaultIsInParts() async throws {
        let store = MemoryStore()
        let machines = try SharedMachine.make(2, sharing: store)
        _ = try await machines[0].sync(.restore)
        for number in 1...20 {
            try machines[0].change("page:\(number)", "FAKE" + String(repeating: "x", count: 60_000))
        }
        _ = try await machines[0].sync()
        #expect(await store.partCount == 2)
        #expect(try await machines[1].sync() == .shared(pulled: true, committed: false))
        try machines[1].change("page:1", nil)
        for number in 2...20 { try machines[1].change("page:\(number)", "FAKE") }
        _ = try await machines[1].sync()
        #expect(await store.partCount == 0)
        _ = try await machines[0].sync()
        #expect(try machines[0].entries().count == 19)
    }

    @Test func endingMakesWhatIsAheadTheVault() async throws {
        let machine = try #require(try SharedMachine.make(1, sharing: MemoryStore()).first)
        _ = try await machine.sync(.restore)
        try machine.change("page:1", "FAKEa")
        try EndOfSharing.end(try machine.paths, keys: machine.keys, marks: machine.marks)
        #expect(try machine.entries() == ["page:1=FAKEa"])
        #expect(try machine.files() == ["marks", "vault", "vault.lock", "vault.sync.lock"])
    }

    @Test func aNewMachineTakesACopy() async throws {
        let store = MemoryStore()
        let machines = try SharedMachine.make(2, sharing: store)
        _ = try await machines[0].sync(.restore)
        try machines[0].change("page:1", "FAKEa")
        _ = try await machines[0].sync()
        let vaultID = try #require(try await store.vaultIDs().first)
        let stored = try #require(try await StoredVault(vaultID, in: store))
        let path = "\(machines[1].folder)/copy/vault"
        try stored.create(at: path, keys: machines[1].keys, marks: nil)
        #expect(throws: VaultError.exists(path: path)) {
            try stored.create(at: path, keys: machines[1].keys, marks: nil)
        }
        #expect(FileManager.default.contentsEqual(atPath: path, andPath: machines[0].path))
    }
}
