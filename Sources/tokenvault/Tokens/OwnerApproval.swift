import Graph
import Sodium
import Vault

/// The question whether the token of another account than the vault's only user is to be stored: a
/// login in a browser may be somebody else's.
struct OwnerApproval {
    /// The only user of the app in the vault.
    let expected: Reference
    let confirmation: Confirmation

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
    /// `pending` is where the token waits. It stays there if there is nobody to ask, and is removed if
    /// the answer is no.
    func approve(_ owner: Reference?, of token: SharedSecret, pending: Reference?) async throws {
        guard let approval, let owner, owner != approval.expected else { return }
        let identity = try? await client.identity(of: token, appSecret: credentials?.secret)
        let name = identity?.name.map { "\(DisplayText.clean($0)), " } ?? ""
        let (expected, who) = (approval.expected, "\(name)\(owner)")
        let confirmation = approval.confirmation
        let nobody =
            if let pending {
                Failure(
                    .tokenRefused,
                    "another account than \(expected) logged in: \(who); its token is kept as "
                        + "\(pending)",
                    hint: next.resume(for: app))
            } else {
                Failure(
                    .tokenRefused,
                    "another account than \(expected) logged in: \(who); nothing was stored",
                    hint: question.renewal)
            }
        guard confirmation.canAsk else { throw nobody }
        do {
            try confirmation.ask(
                "Another account than \(expected) logged in: \(who). Store its token?",
                orElse: "the token of \(owner) was not stored", withoutPerson: nobody)
        } catch let failure as Failure where failure.status == .interrupted {
            if let pending { try vault.change { _ in [EntryChange(pending) { _ in .remove }] } }
            throw failure
        }
    }
}
