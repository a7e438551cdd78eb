import Entries
import Graph
import Sodium
package import Vault

/// An account that logged in instead of the expected one.
package struct OtherAccount: Sendable {
    package let expected: Reference
    package let owner: Reference
    /// The name of the account, if Meta returned it.
    package let name: String?

    package init(expected: Reference, owner: Reference, name: String?) {
        self.expected = expected
        self.owner = owner
        self.name = name
    }
}

/// The confirmation required to store a token that does not belong to the vault's only user.
///
/// Someone else may be logged in to Facebook in the browser.
package struct OwnerApproval: Sendable {
    /// A function that asks the user.
    package typealias Question = @Sendable (OtherAccount) throws -> Answer

    package enum Answer: Sendable {
        case yes
        case no
        case nobodyToAsk
    }

    /// The only user of the app in the vault, or `nil` for unfinished logins.
    ///
    /// The pending entry of an unfinished login contains the expected user.
    let expected: Reference?
    let ask: Question

    /// Creates the approval for unfinished logins.
    package init(_ ask: @escaping Question) {
        expected = nil
        self.ask = ask
    }

    /// Creates the approval for a login to `app`, or returns `nil` unless it has exactly one user.
    package init?(of app: Reference, in vault: UnlockedVault, ask: @escaping Question) throws {
        let kind = (MetaPlatform(app.kind) ?? .facebook).accountKind
        // A person has a different ID in each app, so compare only users of the same app.
        let users = try vault.read({ try $0.entries() }).filter {
            $0.reference.kind == kind && $0.reference.suffix == nil
                && ($0.metadata.app ?? app) == app
        }
        guard users.count == 1 else { return nil }
        expected = users[0].reference
        self.ask = ask
    }
}

extension OwnerApproval {
    /// Asks for confirmation if the owner of a new token is not the expected one.
    ///
    /// `pending` is the entry that holds the token until it is stored under its owner's reference.
    /// If there is nobody to ask, it stays there for the next `exchange --resume`; if the user
    /// declines, it is removed.
    ///
    /// There is no question about a system user: it never logs in itself, and is always another
    /// account than the person who does.
    func approve(
        _ owner: Reference?, pending: Entry?, in vault: UnlockedVault, next: CommandText,
        name: () async -> String?
    ) async throws {
        guard let owner, let expected = expected ?? pending?.metadata.user,
            owner != expected, owner.kind != .system
        else { return }
        let name = await name()
        let account = OtherAccount(expected: expected, owner: owner, name: name)
        switch try ask(account) {
        case .yes: break
        case .no:
            if let pending {
                try vault.change { _ in [EntryChange(pending.reference) { _ in .remove }] }
            }
            throw ExchangeError.declined(owner: owner)
        case .nobodyToAsk:
            if let pending {
                try vault.change { _ in [EntryChange(describing: pending) { $0.user = nil }] }
            }
            throw ExchangeError.otherAccount(account, stored: pending?.reference, next: next)
        }
    }
}

extension TokenExchange {
    /// Asks for confirmation if the owner of a new token is not the expected one.
    func approve(_ owner: Reference?, of token: SharedSecret, pending: Entry?) async throws {
        try await approval?.approve(
            owner, pending: pending, in: vault,
            next: pending == nil ? context.renewal : next.resume(for: app)
        ) {
            let identity = try? await client.identity(of: token, appSecret: credentials?.secret)
            return identity?.name
        }
    }
}
