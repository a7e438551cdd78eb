package import Entries
import Graph
package import Vault

/// Renews tokens of all platforms, each in the way of its platform.
package struct TokenRenewal: Sendable {
    private let vault: UnlockedVault
    private let clients: MetaClients
    private let now: @Sendable () -> Timestamp

    package init(
        vault: UnlockedVault, clients: MetaClients, now: @escaping @Sendable () -> Timestamp
    ) {
        self.vault = vault
        self.clients = clients
        self.now = now
    }

    /// Renews the token of `entry`; throws an error only if the vault fails.
    package func run(_ entry: Entry) async throws -> RefreshResult {
        guard let account = MetaPlatform(entry)?.account, let client = clients.client(of: account)
        else {
            return try await TokenRefresh(vault: vault, client: clients.graph, now: now).run(entry)
        }
        return try await PlatformRefresh(vault: vault, client: client, now: now).run(entry)
    }
}
