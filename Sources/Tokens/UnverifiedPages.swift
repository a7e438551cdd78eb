import Entries
import Graph
import Vault

/// The page tokens that are unverified because the user token they were derived from is dead.
///
/// Page tokens remain valid when the user token expires, and mostly become invalid along with it in
/// all other cases, so each has to be checked with Meta. A new login does not clear the unverified
/// state: only a check of the page token itself or a new page token does.
struct UnverifiedPages {
    /// The unverified page tokens, each with the user whose token is dead.
    private(set) var unverified: [Reference: Reference] = [:]
    /// The changes that record the unverified state in the vault.
    private(set) var changes: [EntryChange] = []

    /// Finds the page tokens that `inspections` make unverified, except those that are inspected.
    init(
        after inspections: [(entry: Entry, inspection: TokenInspection)],
        in vault: borrowing VaultReader
    ) throws {
        let invalidated = inspections.filter { entry, inspection in
            [.user, .system].contains(entry.reference.kind) && entry.reference.suffix == nil
                && !inspection.isValid
                && inspection.refusal?.classification != .deadToken(.expired)
                // Another user's token implies nothing about the tokens of this user.
                && TokenMismatch(
                    inspection, of: entry.reference,
                    app: entry.metadata.app?.id ?? inspection.viewingAppID) == nil
        }.map(\.entry)
        guard !invalidated.isEmpty else { return }
        let inspected = Set(inspections.map(\.entry.reference))
        for page in try vault.entries() where page.reference.kind == .page {
            guard !inspected.contains(page.reference), !page.metadata.validity.isInvalid,
                let user = invalidated.first(where: page.endsWith)
            else { continue }
            unverified[page.reference] = user.reference
            changes.append(
                EntryChange(describing: page) { $0.markUnverified(becauseOf: user.reference) })
        }
    }
}

extension Metadata {
    /// Records that the token of `user`, from which this one was derived, is dead.
    mutating func markUnverified(becauseOf user: Reference) {
        if validity.isInvalid { return }
        validity = .unverified(reason: "may have been revoked along with \(user)")
    }
}
