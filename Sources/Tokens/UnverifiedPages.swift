import Entries
import Graph
package import Vault

/// What a user token's death means for the page tokens that were made from it: nothing certain, until
/// Meta was asked about each.
///
/// They outlive the end of its time, and mostly die with it of anything else. An unverified token stays
/// so when the person logs in again: only the page's own answer, or a new token, clears it.
struct UnverifiedPages {
    /// What is unverified, with the user whose token died.
    private(set) var unverified: [Reference: Reference] = [:]
    /// What notes that in the vault.
    private(set) var changes: [EntryChange] = []

    /// What follows from `answers` for tokens that were not asked about with them.
    init(
        after answers: [(entry: Entry, inspection: TokenInspection)],
        in vault: borrowing VaultReader
    ) throws {
        let dead = answers.filter { entry, inspection in
            [.user, .system].contains(entry.reference.kind) && entry.reference.suffix == nil
                && !inspection.isValid
                && inspection.refusal?.classification != .deadToken(.expired)
                // Somebody else's token says nothing of the user's own.
                && TokenMismatch(
                    inspection, of: entry.reference,
                    app: entry.metadata.app?.id ?? inspection.viewingAppID) == nil
        }.map(\.entry)
        guard !dead.isEmpty else { return }
        let asked = Set(answers.map(\.entry.reference))
        for page in try vault.entries() where page.reference.kind == .page {
            guard !asked.contains(page.reference), page.metadata.valid != false,
                let user = dead.first(where: page.endsWith)
            else { continue }
            unverified[page.reference] = user.reference
            changes.append(
                EntryChange(describing: page) { $0.markUnverified(becauseOf: user.reference) })
        }
    }
}

extension Metadata {
    /// Whether the token may be dead, and Meta was not asked since.
    ///
    /// Such an entry has a reason, though nobody said that it is not valid.
    package var isUnverified: Bool { valid == nil && reason != nil }

    /// Notes that the token of `user`, from which this one was made, is dead.
    mutating func markUnverified(becauseOf user: Reference) {
        guard valid != false else { return }
        valid = nil
        reason = "may be dead, as the token of \(user) is"
    }
}
