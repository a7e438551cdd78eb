import Console
import Etcd
import Platform
import Sharing

/// A store that is open, and a function that closes its connections.
struct OpenStore: Sendable {
    let store: AnyStore
    /// The same as etcd, for `doctor`, or `nil` in tests.
    let etcd: EtcdStore?
    let close: @Sendable () async -> Void
}

/// Any store.
struct AnyStore: SharedStore {
    private let base: any SharedStore

    init(_ base: any SharedStore) { self.base = base }

    func vaultIDs() async throws(StoreFailure) -> [[UInt8]] { try await base.vaultIDs() }

    func head(of vaultID: [UInt8]) async throws(StoreFailure) -> StoredHead? {
        try await base.head(of: vaultID)
    }

    func part(
        _ part: PartName, of vaultID: [UInt8], at revision: Int64
    ) async throws(StoreFailure) -> [UInt8]? {
        try await base.part(part, of: vaultID, at: revision)
    }

    func write(
        _ bytes: [UInt8], as part: PartName, of vaultID: [UInt8]
    ) async throws(StoreFailure) {
        try await base.write(bytes, as: part, of: vaultID)
    }

    func replaceHead(
        of vaultID: [UInt8], with value: [UInt8], ifRevision revision: Int64, keeping parts: String?
    ) async -> CommitOutcome {
        await base.replaceHead(of: vaultID, with: value, ifRevision: revision, keeping: parts)
    }
}

extension RemoteSettings {
    /// Returns the settings of the vault at `path`.
    ///
    /// - Throws: `SharingMessage.notShared` if there are none.
    static func required(forVaultAt path: String) throws -> RemoteSettings {
        let settings: RemoteSettings?
        do throws(FileProblem) {
            settings = try read(forVaultAt: path)
        } catch {
            throw RemoteMessage.settings(error, Path(Self.path(forVaultAt: path)))
        }
        guard let settings else { throw SharingMessage.notShared }
        return settings
    }

    /// Returns the store on etcd that the settings name.
    ///
    /// - Parameter vaultPath: The vault, whose owner root trusts.
    func open(vaultPath: String, in world: World) throws -> OpenStore {
        HostLookup.useFilesAndDNSOnly()
        let login = try login.map { try Self.read($0, vaultPath: vaultPath, in: world) }
        let store: EtcdStore
        do throws(EtcdFileProblem) {
            store = try EtcdStore(self, login: login)
        } catch {
            throw RemoteMessage.certificates(error)
        }
        return OpenStore(
            store: AnyStore(store), etcd: store, close: { await store.disconnect() })
    }

    private static func read(
        _ login: LoginFile, vaultPath: String, in world: World
    ) throws -> EtcdLogin {
        let sources = PassphraseSources(world: world, noInput: true, vaultPath: vaultPath)
        let path = Path(login.passwordFile)
        let limit = EtcdLogin.passwordFileLimit
        guard let content = try sources.password(file: login.passwordFile, limit: limit) else {
            throw RemoteMessage.password(.tooLong, path)
        }
        do throws(EtcdLogin.Problem) {
            return try EtcdLogin(user: login.user, passwordFile: content)
        } catch {
            throw RemoteMessage.password(error, path)
        }
    }
}
