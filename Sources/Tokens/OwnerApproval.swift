import Entries
import Graph
import Sodium
package import Vault

/// Another account than the one that was expected, which logged in.
package struct OtherAccount: Sendable {
    package let expected: Reference
    package let owner: Reference
    /// What it is called, if Meta says so.
    package let name: String?

    package init(expected: Reference, owner: Reference, name: String?) {
        self.expected = expected
        self.owner = owner
        self.name = name
    }
}

/// The question whether the token of another account than the vault's only user is to be stored: a
/// login in a browser may be somebody else's.
package struct OwnerApproval: Sendable {
    /// Asks the person.
    package typealias Question = @Sendable (OtherAccount) throws -> Answer

    package enum Answer: Sendable {
        case yes
        case no
        case nobodyToAsk
    }

    /// The only user of the app in the vault; `nil` for what was left unfinished, which says itself whom
    /// the login expected.
    let expected: Reference?
    let ask: Question

    /// The approval of unfinished logins.
    package init(_ ask: @escaping Question) {
        expected = nil
        self.ask = ask
    }

    /// The approval that a login to `app` takes, or `nil` if there is no user yet, or several.
    package init?(of app: Reference, in vault: UnlockedVault, ask: @escaping Question) throws {
        // Meta numbers a person anew for each app, so that only users of the same one can be compared.
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
    /// Asks about the owner of a new token that is not stored under the owner's name yet, if it is not
    /// the one that is expected.
    ///
    /// `pending` is where the token waits, with whom the login expected. It stays there if there is nobody
    /// to ask, and the next `exchange --resume` takes it; it is removed if the answer is no.
    func approve(_ owner: Reference?, of token: SharedSecret, pending: Entry?) async throws {
        guard let approval, let owner, let expected = approval.expected ?? pending?.metadata.user,
            owner != expected
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

    /// Says whose the token is, and notes with the pending one that this was said.
    private func nobody(
        toAskAbout account: OtherAccount, _ pending: Entry?
    ) throws -> ExchangeError {
        guard let pending else {
            return .otherAccount(account, stored: nil, next: question.renewal)
        }
        try vault.change { _ in [EntryChange(describing: pending) { $0.user = nil }] }
        return .otherAccount(account, stored: pending.reference, next: next.resume(for: app))
    }
}
