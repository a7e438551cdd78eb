import Console
import Entries
import Graph
import Sodium
import Vault

/// The question whether the token of another account than the vault's only user is to be stored: a
/// login in a browser may be somebody else's.
struct OwnerApproval {
    /// The only user of the app in the vault; `nil` for what was left unfinished, which says itself whom
    /// the login expected.
    let expected: Reference?
    let confirmation: Confirmation

    /// The approval of unfinished logins.
    init(ofUnfinished confirmation: Confirmation) {
        expected = nil
        self.confirmation = confirmation
    }

    /// The approval that a login to `app` takes, or `nil` if there is no user yet, or several.
    init?(of app: Reference, in vault: UnlockedVault, confirmation: Confirmation) throws {
        // Meta numbers a person anew for each app, so that only users of the same one can be compared.
        let users = try vault.read({ try $0.entries() }).filter {
            $0.reference.kind == .user && $0.reference.suffix == nil
                && ($0.metadata.app ?? app) == app
        }
        guard users.count == 1 else { return nil }
        expected = users[0].reference
        self.confirmation = confirmation
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
        let name = identity?.name.map { "\(DisplayText.clean($0)), " } ?? ""
        let who = "\(name)\(owner)"
        let confirmation = approval.confirmation
        guard confirmation.canAsk else { throw try nobody(toAskAbout: who, expected, pending) }
        do {
            try confirmation.ask(
                "Another account than \(expected) logged in: \(who). Store its token?",
                orElse: .tokenNotStored(of: owner),
                withoutPerson: try nobody(toAskAbout: who, expected, pending))
        } catch let declined as DeclinedMessage {
            if let pending {
                try vault.change { _ in [EntryChange(pending.reference) { _ in .remove }] }
            }
            throw declined
        }
    }

    /// Says whose the token is, and notes with the pending one that this was said.
    private func nobody(
        toAskAbout who: String, _ expected: Reference, _ pending: Entry?
    ) throws -> Failure {
        guard let pending else {
            return Failure(
                .tokenRefused,
                "another account than \(expected) logged in: \(who); nothing was stored",
                hint: question.renewal)
        }
        try vault.change { _ in [EntryChange(describing: pending) { $0.user = nil }] }
        return Failure(
            .tokenRefused,
            "another account than \(expected) logged in: \(who); its token is kept as "
                + "\(pending.reference)",
            hint: next.resume(for: app))
    }
}
