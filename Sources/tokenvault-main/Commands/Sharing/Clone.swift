import ArgumentParser
import Console
import Etcd
import Platform
import SharedVault
import Sharing
import Vault

struct Clone: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Get a shared vault on a new machine.",
        discussion: """
            With a machine key, takes the vault that the key was made for, so nobody can slip in another. \
            With the passphrase, shows the ID of the vault and asks whether it is the right one: compare \
            it with that of `tokenvault remote show` on another machine.

            Example:
              tokenvault clone etcd://etcd1.example.com/tokenvault --key-file web2.key
            """)

    @Argument(
        help: ArgumentHelp(
            "The nodes of etcd and the prefix of the keys.",
            valueName: "etcd://host[:port][,host...]/prefix"))
    var address: String

    @OptionGroup var store: StoreOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let settings = try store.settings(address, in: world)
        let path = try vault.access.resolvedPath(in: world)
        guard path.last != "/" else { throw VaultCommandMessage.pathOfDirectory }
        try VaultCreation.refuseExisting(path)
        try SharedReading.refuseLeftovers(of: path)
        let key = try Unlocking(vault.access, world: world).machineKey()
        let opened = try network.openStore(settings, path, world)
        let result: Result<StoredVault, any Error>
        do {
            let stored = try await find(key, in: opened.store)
            result = .success(stored)
        } catch let error as StoreFailure {
            result = .failure(StoreMessage(error))
        } catch let fault as HeadLine.Fault {
            result = .failure(
                fault == .laterFormat ? SyncMessage.laterFormat : SyncMessage.damagedHead)
        } catch {
            result = .failure(error)
        }
        await opened.close()
        let stored = try result.get()
        let name = VaultName(stored.header.vaultID)
        let keys = try key.map { KeyRing(.machineKey($0)) } ?? confirmed(name, path, in: world)
        try create(stored, at: path, settings, keys, in: world)
        try output.report(
            "got the vault \(name.textInMessage) as \(shown(path))",
            ["status": "cloned", "vault": path, "vault_id": name.textInMessage], in: world)
        return .done
    }

    /// How long to look for the vault among many.
    private static let searchTime = Duration.seconds(30)

    /// Returns the vault that the key was made for or, without a key, the only one.
    private func find(_ key: MachineKey?, in store: AnyStore) async throws -> StoredVault {
        let ids = try await store.vaultIDs()
        if key == nil, ids.count > 1 { throw RemoteMessage.severalVaults(ids.map(VaultName.init)) }
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: Self.searchTime)
        var fault: HeadLine.Fault?
        for id in ids {
            guard clock.now < end else { throw StoreMessage.noAnswer }
            do {
                guard let stored = try await StoredVault(id, in: store) else { continue }
                if let key, stored.header.publicKey != key.vaultPublicKey { continue }
                return stored
            } catch let found as HeadLine.Fault where ids.count > 1 {
                // It may be another vault's.
                fault = found
            }
        }
        if let fault { throw fault }
        throw RemoteMessage.noVault(forKey: key != nil && !ids.isEmpty)
    }

    /// Asks whether the vault is the right one, and for its passphrase.
    private func confirmed(_ name: VaultName, _ path: String, in world: World) throws -> KeyRing {
        let access = vault.access
        let nobody = RemoteMessage.nobodyToAsk(name)
        guard !access.noInput else { throw nobody }
        try Confirmation(world: world, noInput: access.noInput).ask(
            "The vault in the store is \(name.textInMessage). Is it yours?", orElse: .nothingCloned,
            withoutPerson: nobody)
        return KeyRing(.passphrase(try Unlocking(access, world: world).passphrase(for: path)))
    }

    /// Creates the settings and then the vault, which is shared from the beginning.
    private func create(
        _ stored: StoredVault, at path: String, _ settings: RemoteSettings, _ keys: KeyRing,
        in world: World
    ) throws {
        try stored.examine(with: keys)
        try Directory.create(Directory.parent(of: path))
        if let failure = try settings.write(forVaultAt: path) { world.warnOfSave(failure) }
        do {
            try stored.create(at: path, keys: keys, marks: vault.access.marks(in: world))
        } catch {
            // Another process may have been faster.
            if !Directory.holdsAnything(at: path) {
                Directory.remove(RemoteSettings.path(forVaultAt: path))
            }
            throw error
        }
        LastPull(ofVaultAt: path).record(world.now())
    }
}
