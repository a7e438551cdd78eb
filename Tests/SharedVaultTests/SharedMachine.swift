import Foundation
import Platform
import Sharing
import Sodium
import Support
import Vault

@testable import SharedVault

/// A machine with a copy of a vault in a folder of its own.
final class SharedMachine: Sendable {
    let folder: String
    let path: String
    let key: MachineKey
    let store: MemoryStore

    private init(folder: String, key: MachineKey, store: MemoryStore) {
        self.folder = folder
        path = "\(folder)/vault"
        self.key = key
        self.store = store
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static let passphrase = SharedSecret(
        Secret(copying: Array("FAKE passphrase".utf8).span))
    private static let cost = PassphraseKey.Cost(opslimit: 1, memlimitKiB: 65_536)

    private static func makeFolder() throws -> String {
        let folder = "/tmp/tokenvault-tests-\(hexadecimal(randomBytes(8)))"
        try Directory.create(folder)
        return folder
    }

    /// Creates a vault, and machines that have copies of it.
    static func make(_ count: Int, sharing store: MemoryStore) throws -> [SharedMachine] {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/vault"
        try VaultCreation.create(
            path: path, passphrase: passphrase, cost: cost)
        let owner = try VaultOwner(path: path, passphrase: passphrase, marks: nil)
        let (file, publicKey) = owner.makeMachineKey()
        try owner.addMachineKey(named: "machine", publicKey: publicKey)
        let key = try file.withSecret { try MachineKey(file: $0) }
        return try (0..<count).map { _ in
            let machine = SharedMachine(folder: try makeFolder(), key: key, store: store)
            try FileManager.default.copyItem(atPath: path, toPath: machine.path)
            try machine.setShared(true)
            return machine
        }
    }

    /// Creates the settings, which make the vault a shared one, or removes them.
    func setShared(_ isShared: Bool) throws {
        let settings = "\(path).remote"
        if isShared {
            try Data().write(to: URL(filePath: settings))
        } else {
            try FileManager.default.removeItem(atPath: settings)
        }
    }

    /// Replaces the data key in the store; the machine keys stay.
    func renewDataKey() async throws {
        let owner = try VaultOwner(
            path: path, passphrase: Self.passphrase, marks: nil,
            ahead: SharedReading.aheadPath(ofVaultAt: path))
        let change = try owner.changingPassphrase(
            to: Self.passphrase, cost: Self.cost, reissuingVaultKey: false)
        _ = try await runner.replace(change) {}
    }

    /// The vault as somebody sees who reads it now.
    func state() throws -> OpenState {
        try OpenState(Array(Data(contentsOf: URL(filePath: path))), keys: keys)
    }

    /// The vault, with what saves changes while it is shared.
    func opened() throws -> UnlockedVault {
        var vault = try UnlockedVault(path: path, key: .machineKey(key), marks: marks)
        vault.sharedSaving = LocalChange(try paths, keys: keys, marks: marks)
        return vault
    }

    /// Returns the change that stores an entry or, without a secret, removes it.
    static func entryChange(_ reference: Reference, _ secret: String?) -> EntryChange {
        EntryChange(reference) { _ in
            guard let secret else { return .remove }
            var metadata = Metadata()
            metadata.changedAt = Timestamp(Int64(secret.utf8.count))
            return .store(SharedSecret(Secret(copying: Array(secret.utf8).span)), metadata)
        }
    }

    var paths: SharedPaths {
        get throws { try SharedPaths(vault: path) }
    }

    var keys: KeyRing { KeyRing(.machineKey(key)) }

    var marks: HighWaterMarks { HighWaterMarks(directory: "\(folder)/marks") { _ in } }

    var runner: SyncRunner<MemoryStore> {
        get throws {
            SyncRunner(try paths, keys: keys, marks: marks, store: store) { Timestamp(1_000) }
        }
    }

    /// Stores or, without a secret, removes an entry.
    func change(_ reference: String, _ secret: String?) throws {
        guard let reference = Reference(text: reference) else { return }
        try LocalChange(try paths, keys: keys, marks: marks).make { _ in
            [Self.entryChange(reference, secret)]
        }
    }

    /// Runs a session, and returns how it ended.
    func sync(_ purpose: SyncSession.Purpose = .sync) async throws -> SyncSession.Result? {
        try await runner.sync(purpose)?.result
    }

    /// The entries of the vault itself, as `reference=secret`.
    func entries() throws -> [String] {
        try UnlockedVault(path: path, key: .machineKey(key)).read { reader in
            var all: [String] = []
            try reader.forEachRecord { record in
                guard record.reference != Lineage.reference else { return }
                let secret = record.withSecret {
                    String(decoding: Array(copying: $0), as: UTF8.self)
                }
                all.append("\(record.reference)=\(secret)")
            }
            return all
        }
    }

    /// The names of the files next to the vault.
    func files() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    }
}
