package import Sodium
package import Vault

/// A platform of Meta, which has its own apps, tokens and hosts.
package enum MetaPlatform: CaseIterable, Sendable {
    case facebook
    case instagram
    case threads

    package var name: String {
        switch self {
        case .facebook: "Facebook"
        case .instagram: "Instagram"
        case .threads: "Threads"
        }
    }

    /// The kind of entry for the secret of an app.
    package var appKind: Reference.Kind {
        switch self {
        case .facebook: .app
        case .instagram: .instagramApp
        case .threads: .threadsApp
        }
    }

    /// The kind of entry for the token of a person or account.
    package var accountKind: Reference.Kind {
        switch self {
        case .facebook: .user
        case .instagram: .instagram
        case .threads: .threads
        }
    }

    /// The beginnings of the platform's tokens; their case matters.
    fileprivate var prefixes: [String] {
        switch self {
        case .facebook: ["EAA"]
        case .instagram: ["IGAA", "IGQ"]
        case .threads: ["THAA", "THQ"]
        }
    }

    /// The beginnings of the tokens of all platforms.
    static let tokenPrefixes = allCases.flatMap(\.prefixes)

    /// Creates the platform of entries of `kind`, or returns `nil` if the kind does not determine it.
    package init?(_ kind: Reference.Kind) {
        switch kind {
        case .app, .user, .page, .system, .client: self = .facebook
        case .instagram, .instagramApp: self = .instagram
        case .threads, .threadsApp: self = .threads
        default: return nil
        }
    }

    /// Creates the platform of `entry`: a pending token belongs to that of its app.
    ///
    /// Returns `nil` for a kind from a later version.
    package init?(_ entry: Entry) {
        if let platform = MetaPlatform(entry.reference.kind) {
            self = platform
        } else if entry.reference.kind == .pending {
            self = entry.metadata.app.flatMap { MetaPlatform($0.kind) } ?? .facebook
        } else {
            return nil
        }
    }

    /// Creates the platform whose tokens begin like `token`, or returns `nil` if there is none.
    package init?(ofToken token: Span<UInt8>) {
        guard
            let platform = Self.allCases.first(where: { platform in
                platform.prefixes.contains { token.begins(with: $0) }
            })
        else { return nil }
        self = platform
    }

    /// Creates the platform whose tokens begin like `token`, or returns `nil` if there is none.
    package init?(ofToken token: SharedSecret) {
        guard let platform = token.withBytes({ MetaPlatform(ofToken: $0) }) else { return nil }
        self = platform
    }
}
