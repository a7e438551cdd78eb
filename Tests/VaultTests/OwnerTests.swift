import Foundation
import Platform
import Sodium
import Testing
import Vault

/// Whom the next data key is sealed to.
@Suite struct OwnerTests {
    let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/vault" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func place(_ name: String) throws {
        let file = Vector.directory.appending(path: name)
        try Data(contentsOf: file).write(to: URL(filePath: path))
    }

    private func owner() throws -> VaultOwner {
        try VaultOwner(path: path, passphrase: secret("FAKE pass"), marks: nil)
    }

    private func names() throws -> [String] {
        try VaultFile(path: path).header.machineSlots.map(\.name)
    }

    private static let planted = try? Vector.all().filter { $0.unvouched != nil }

    @Test func `all kinds of planted keys are tried`() throws {
        #expect(try #require(Self.planted).count > 20)
    }

    @Test(arguments: planted ?? [])
    func `planted keys are sealed to by no new passphrase`(vector: Vector) throws {
        try place(vector.file)
        let before = try names()
        let unvouched = try #require(vector.unvouched)
        try owner().changePassphrase(to: secret("FAKE pass"), cost: cheap, reissuingVaultKey: false)
        #expect(try names() == before.filter { !unvouched.contains($0) })
        #expect(try owner().unvouchedKeyNames.isEmpty)
    }

    @Test(arguments: planted ?? [])
    func `nor by the removal of a key`(vector: Vector) throws {
        try place(vector.file)
        let unvouched = try #require(vector.unvouched)
        let kept = try names().filter { !unvouched.contains($0) }
        try owner().removeMachineKey(named: unvouched[0])
        #expect(try names() == kept)
        #expect(try owner().unvouchedKeyNames.isEmpty)
    }

    @Test func `keys that the owner adds are kept, in their order`() throws {
        try place("good-three-keys.vault")
        let added = try owner().makeMachineKey()
        try owner().addMachineKey(named: "added", publicKey: added.publicKey)
        #expect(try owner().unvouchedKeyNames.isEmpty)
        try owner().removeMachineKey(named: "a2")
        try owner().changePassphrase(to: secret("FAKE pass"), cost: cheap, reissuingVaultKey: false)
        #expect(try names() == ["a1", "a3", "added"])
        #expect(try owner().unvouchedKeyNames.isEmpty)
        let key = try added.file.withSecret { try MachineKey(file: $0) }
        _ = try UnlockedVault(path: path, key: .machineKey(key))
    }

    @Test func `a key that is added next to a planted one stays vouched for`() throws {
        try place("keys-planted.vault")
        let added = try owner().makeMachineKey()
        try owner().addMachineKey(named: "added", publicKey: added.publicKey)
        #expect(try owner().unvouchedKeyNames == ["m2"])
        #expect(try names() == ["m1", "m2", "added"])
    }

    @Test func `reissued keys leave no machine in`() throws {
        try place("keys-planted.vault")
        try owner().changePassphrase(to: secret("FAKE pass"), cost: cheap, reissuingVaultKey: true)
        #expect(try names().isEmpty)
    }
}
