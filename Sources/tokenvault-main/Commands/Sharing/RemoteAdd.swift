import ArgumentParser
import Console
import Etcd
import Platform
import SharedVault
import Sharing
import Vault

struct RemoteAdd: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Share the vault through a store.",
        discussion: """
            The first machine puts its vault into etcd, under the prefix. Another copy of the same vault \
            is merged with what is there, so that neither loses anything. Connections are always \
            encrypted; the vault is encrypted before it leaves this machine.

            Examples:
              tokenvault remote add etcd://etcd1.example.com/tokenvault
              tokenvault remote add etcd://etcd1.example.com,etcd2.example.com/tokenvault \\
                --ca-file ca.pem --cert web1.pem --cert-key web1.key \\
                --user tokenvault --password-file etcd.password
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
        let vault = try vault.access.unlock(in: world)
        let paths = try SharedPaths(vault: vault.path)
        try Self.refuseShared(paths, by: settings)
        guard try FileStatus(of: paths.vault).size <= HeadLine.fileLimit else {
            throw SharingError.tooLarge
        }
        let opened = try network.openStore(settings, paths.vault, world)
        let result: Result<Bool, any Error>
        do {
            let isJoined = try await share(vault, settings, opened.store, in: world)
            result = .success(isJoined)
        } catch {
            result = .failure(error)
        }
        await opened.close()
        let isJoined = try result.get()
        try output.report(
            isJoined
                ? "merged the vault with the one in the store; it is shared now"
                : "put the vault into the store; it is shared now",
            ["status": isJoined ? "joined" : "shared", "address": settings.address.description],
            in: world)
        return .done
    }

    /// Returns whether the store had the vault already.
    private func share(
        _ vault: UnlockedVault, _ settings: RemoteSettings, _ store: AnyStore, in world: World
    ) async throws -> Bool {
        let ids: [[UInt8]]
        do throws(StoreFailure) {
            ids = try await store.vaultIDs()
        } catch {
            throw StoreMessage(error)
        }
        let isThere = ids.contains(vault.vaultID)
        guard isThere || ids.isEmpty else { throw SharingError.otherVault }
        let paths = try SharedPaths(vault: vault.path)
        try write(settings, paths, in: world)
        let keys = KeyRing(of: vault)
        let session = SharedSession(vault, paths, keys, store, now: world.now)
        let outcome = await session.sync(.join)
        world.report(outcome.report)
        guard let failure = outcome.failure else { return isThere }
        // What was changed meanwhile is ahead; it becomes the vault.
        try EndOfSharing.end(paths, keys: keys, marks: vault.marks)
        throw failure
    }

    /// Throws an error if the vault is shared already; a first contact that was interrupted goes on.
    private static func refuseShared(_ paths: SharedPaths, by settings: RemoteSettings) throws {
        guard paths.isShared else { return }
        let existing = try RemoteSettings.required(forVaultAt: paths.vault)
        guard existing.isFirstContact, existing.address == settings.address else {
            throw RemoteMessage.sharedAlready
        }
    }

    /// From now on, changes by other processes go to `.ahead`.
    private func write(
        _ settings: RemoteSettings, _ paths: SharedPaths, in world: World
    ) throws {
        let lock = try paths.takeFileLock()
        defer { withExtendedLifetime(lock) {} }
        try Self.refuseShared(paths, by: settings)
        var settings = settings
        settings.isFirstContact = true
        if let failure = try settings.write(forVaultAt: paths.vault) { world.warnOfSave(failure) }
    }
}
