import Foundation
import Platform
import Sodium
import Testing
import Vault

/// The machine keys to which the next data key is sealed.
@Suite struct OwnerTests {
    let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/vault" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func install(_ name: String) throws {
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

    @Test func `there are vectors for all kinds of planted keys`() throws {
        #expect(try #require(Self.planted).count > 20)
    }

    @Test(arguments: planted ?? [])
    func `changing the passphrase drops planted keys`(vector: Vector) throws {
        try install(vector.file)
        let before = try names()
        let unvouched = try #require(vector.unvouched)
        try owner().changePassphrase(to: secret("FAKE pass"), cost: cheap, reissuingVaultKey: false)
        #expect(try names() == before.filter { !unvouched.contains($0) })
        #expect(try owner().unvouchedKeyNames.isEmpty)
    }

    @Test(arguments: planted ?? [])
    func `removing a key drops planted keys`(vector: Vector) throws {
        try install(vector.file)
        let unvouched = try #require(vector.unvouched)
        let kept = try names().filter { !unvouched.contains($0) }
        try owner().removeMachineKey(named: unvouched[0])
        #expect(try names() == kept)
        #expect(try owner().unvouchedKeyNames.isEmpty)
    }

    @Test func `keys that the owner adds are kept, in order`() throws {
        try install("good-three-keys.vault")
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

    @Test func `a key added after a planted one is vouched for`() throws {
        try install("keys-planted.vault")
        let added = try owner().makeMachineKey()
        try owner().addMachineKey(named: "added", publicKey: added.publicKey)
        #expect(try owner().unvouchedKeyNames == ["m2"])
        #expect(try names() == ["m1", "m2", "added"])
    }

    @Test func `reissuing the vault's keys removes all machine keys`() throws {
        try install("keys-planted.vault")
        try owner().changePassphrase(to: secret("FAKE pass"), cost: cheap, reissuingVaultKey: true)
        #expect(try names().isEmpty)
    }
}
