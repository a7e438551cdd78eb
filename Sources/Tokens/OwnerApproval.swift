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
        // A person has a different ID in each app, so compare only users of the same app.
        let users = try vault.read({ try $0.entries() }).filter {
            $0.reference.kind == .user && $0.reference.suffix == nil
                && ($0.metadata.app ?? app) == app
        }
        guard users.count == 1 else { return nil }
        expected = users[0].reference
        self.ask = ask
    }
}

extension TokenExchange {
    /// Asks for confirmation if the owner of a new token is not the expected one.
    ///
    /// `pending` is the entry that holds the token until it is stored under its owner's reference.
    /// If there is nobody to ask, it stays there for the next `exchange --resume`; if the user
    /// declines, it is removed.
    ///
    /// There is no question about a system user: it never logs in itself, and is always another
    /// account than the person who does.
    func approve(_ owner: Reference?, of token: SharedSecret, pending: Entry?) async throws {
        guard let approval, let owner, let expected = approval.expected ?? pending?.metadata.user,
            owner != expected, owner.kind != .system
        else { return }
        let identity = try? await client.identity(of: token, appSecret: credentials?.secret)
        let account = OtherAccount(expected: expected, owner: owner, name: identity?.name)
        switch try approval.ask(account) {
        case .yes: break
        case .no:
            if let pending {
                try vault.change { _ in [EntryChange(pending.reference) { _ in .remove }] }
            }
            throw ExchangeError.declined(owner: owner)
        case .nobodyToAsk:
            throw try nobody(toAskAbout: account, pending)
        }
    }

    /// Returns the error that reports the owner, and records this in the pending entry.
    private func nobody(
        toAskAbout account: OtherAccount, _ pending: Entry?
    ) throws -> ExchangeError {
        guard let pending else {
            return .otherAccount(account, stored: nil, next: context.renewal)
        }
        try vault.change { _ in [EntryChange(describing: pending) { $0.user = nil }] }
        return .otherAccount(account, stored: pending.reference, next: next.resume(for: app))
    }
}
