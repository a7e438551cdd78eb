import Entries
import Graph
package import Vault

extension Metadata {
    /// Returns the metadata with the Instagram account of a page, or `nil` if that changes nothing.
    ///
    /// If Graph returned no account, the stored one is kept: Graph does not say whether it is still
    /// linked or this token may not see it. ``PageCollection/forgetUnlinkedAccounts(_:)`` decides.
    func updated(with linked: LinkedInstagram) -> Metadata? {
        guard case .account(let account) = linked else { return nil }
        // The username may be missing, but that of another account must not stay.
        let username = account.username ?? (instagramID == account.id ? instagramUsername : nil)
        guard instagramID != account.id || instagramUsername != username else { return nil }
        var metadata = self
        metadata.instagramID = account.id
        metadata.instagramUsername = username
        return metadata
    }

    /// Whether the user may manage the page, or `nil` if the tasks are unknown.
    package var canManagePage: Bool? { tasks.map(PageTokenPreference.canManage) }
}

extension GraphPage {
    /// Whether the response shows that the user may manage the page.
    var canBeManaged: Bool { tasks.map(PageTokenPreference.canManage) ?? false }
}

extension PageCollection {
    /// Whether the vault has Instagram accounts that Graph did not return.
    var lacksAccounts: Bool { !unreturnedAccounts.isEmpty }

    /// Removes the stored accounts that Graph would have returned if they were still linked.
    ///
    /// `inspection` is about the token with which the pages were requested.
    mutating func forgetUnlinkedAccounts(_ inspection: TokenInspection) throws {
        let unlinked = unreturnedAccounts.filter { inspection.showsInstagram($0.value) }
        guard !unlinked.isEmpty else { return }
        var forgotten: Set<Reference> = []
        try vault.change { _ in
            forgotten = []
            return unlinked.map { reference, id in
                EntryChange(reference) { stored in
                    guard let stored, stored.instagramID == id else { return .keep }
                    forgotten.insert(reference)
                    return .describe(stored.withoutInstagram)
                }
            }
        }
        for index in entries.indices where forgotten.contains(entries[index].reference) {
            entries[index].metadata = entries[index].metadata.withoutInstagram
        }
    }
}

extension Metadata {
    fileprivate var withoutInstagram: Metadata {
        var metadata = self
        metadata.instagramID = nil
        metadata.instagramUsername = nil
        return metadata
    }
}

extension TokenInspection {
    /// The scope without which Graph returns no Instagram accounts.
    package static let instagramScope = "instagram_basic"

    /// Returns whether the scopes suffice for the Instagram account with this ID.
    fileprivate func showsInstagram(_ id: String) -> Bool {
        guard isValid, scopes?.contains(Self.instagramScope) == true else { return false }
        return granularScopes[Self.instagramScope]?.contains(id) ?? true
    }
}
