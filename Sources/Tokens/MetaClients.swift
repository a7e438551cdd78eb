package import Entries
package import Graph
import Vault

/// The clients for the platforms to which a command sends requests.
package struct MetaClients: Sendable {
    /// The client for the Graph API.
    package let graph: GraphClient
    private let platforms: [AccountPlatform: PlatformClient]

    package init(graph: GraphClient, platforms: [PlatformClient] = []) {
        self.graph = graph
        self.platforms = Dictionary(platforms.map { ($0.platform, $0) }) { $1 }
    }

    /// Returns the client for a platform, or `nil` if the command announced no requests to it.
    func client(of platform: AccountPlatform) -> PlatformClient? { platforms[platform] }
}

extension MetaPlatform {
    /// The same platform for requests, or `nil` for Facebook.
    package var account: AccountPlatform? {
        switch self {
        case .facebook: nil
        case .instagram: .instagram
        case .threads: .threads
        }
    }
}

extension AccountPlatform {
    /// The same platform for entries.
    package var platform: MetaPlatform {
        switch self {
        case .instagram: .instagram
        case .threads: .threads
        }
    }
}

extension PlatformVerdict {
    /// The inspection without what must not be stored.
    ///
    /// Threads reports when the access to the person's data ends, but the token lives on and is
    /// renewed regardless, so it must not count as expired.
    var storable: TokenInspection {
        var inspection = inspection
        inspection.dataAccessExpiresAt = nil
        return inspection
    }

    /// Updates the metadata of `reference` with this verdict, obtained at `now`.
    ///
    /// If the token is someone else's, only the mismatch is recorded and returned.
    @discardableResult
    func update(
        _ metadata: inout Metadata, of reference: Reference, at now: Timestamp
    ) -> TokenMismatch? {
        let mismatch = metadata.update(from: storable, of: reference, at: now)
        if mismatch == nil { metadata.update(name: account?.username) }
        return mismatch
    }
}
