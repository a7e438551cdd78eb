import Foundation
import Platform
import Sodium
import Testing
import Vault

@Suite struct CreationTests {
    let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/vault" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func create() throws {
        try VaultCreation.create(path: path, passphrase: secret("FAKE"), cost: cheap)
    }

    @Test func `a new vault is empty and has epoch and generation 1`() throws {
        try create()
        let vault = try UnlockedVault(path: path, key: .passphrase(secret("FAKE")))
        try vault.read { reader in
            #expect(reader.header.epoch == 1)
            #expect(reader.header.generation == 1)
            #expect(reader.header.machineSlots.isEmpty)
            #expect(reader.header.passphraseSlot.cost == cheap)
        }
        #expect(try vault.everything().isEmpty)
    }

    @Test func `no two vaults are alike`() throws {
        let other = try TemporaryDirectory()
        let one = try UnlockedVault(newIn: directory).read { $0.header }
        let two = try UnlockedVault(newIn: other).read { $0.header }
        #expect(one.vaultID != two.vaultID)
        #expect(one.publicKey != two.publicKey)
        #expect(one.passphraseSlot.salt != two.passphraseSlot.salt)
        #expect(one.passphraseSlot.wrapped != two.passphraseSlot.wrapped)
    }

    @Test func `an existing file is left alone`() throws {
        try Data("precious".utf8).write(to: URL(filePath: path))
        #expect(throws: VaultError.exists(path: path)) { try create() }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
    }

    @Test(arguments: ["nowhere", "/nowhere/at/all"])
    func `a broken link is left alone`(target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        let link = try #require(BrokenLink(on: path))
        #expect(throws: VaultError.linkExists(link)) { try create() }
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
        #expect(throws: VaultError.linkExists(link)) { try VaultCreation.refuseExisting(path) }
    }

    @Test func `an existing directory is left alone`() throws {
        try Directory.create(path)
        #expect(throws: VaultError.exists(path: path)) { try create() }
    }

    @Test func `of several tasks that create the vault at once, exactly one succeeds`() async throws
    {
        let path = path
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 1...4 {
                group.addTask {
                    do {
                        try VaultCreation.create(
                            path: path, passphrase: secret("FAKE\(number)"), cost: cheap)
                        return true
                    } catch VaultError.exists {
                        return false
                    } catch {
                        Issue.record(error)
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        _ = try VaultFile(path: path)
    }
}
