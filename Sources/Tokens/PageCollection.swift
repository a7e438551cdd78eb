package import Entries
package import Graph
import Platform
import Sodium
package import Vault

/// Collects pages from the Graph API and stores them in the vault.
package struct PageCollection {
    let vault: UnlockedVault
    private let origin: PageOrigin
    private let now: @Sendable () -> Timestamp

    /// The stored entries in the order of the saves, sorted by reference within each save.
    package internal(set) var entries: [Entry] = []
    /// The pages without a token.
    package private(set) var tokenless: [GraphPage] = []
    /// The IDs of the pages that Meta refused, with its messages.
    package internal(set) var refused: [(id: String, message: String)] = []
    /// Whether it is not confirmed that the user token belongs to its user.
    ///
    /// In that case, no valid page token is replaced.
    var isOwnerUnconfirmed = false
    /// The number of entries of the list that could not be decoded.
    package internal(set) var unread = 0
    /// The pages whose stored token was kept because it can do more than the new one.
    package private(set) var kept: [Rival] = []
    /// The pages whose stored token, replaced by the new one, was another user's.
    package private(set) var replaced: [Rival] = []
    /// The stored Instagram accounts that Graph did not return with pages that the user manages.
    private(set) var unreturnedAccounts: [Reference: String] = [:]
    /// Whether Graph did not say of some pages whether an account is linked to them.
    package private(set) var hasUnknownAccounts = false
    private var unsaved: [(reference: Reference, page: GraphPage)] = []
    /// The index of each page in `unsaved`.
    private var indices: [Reference: Int] = [:]
    /// The pages that had a token at least once.
    private var withToken: Set<Reference> = []
    /// All pages.
    private var seen: Set<Reference> = []
    private var lastSave = SystemClock.uptime()

    /// A page for which the vault has the token of another user.
    package struct Rival {
        package let page: Reference
        /// The other user, if known.
        package let owner: Reference?
    }

    /// The seconds that tokens may wait to be saved, as each save writes the whole file.
    private static let maxWait = 2.0

    init(of user: Entry, vault: UnlockedVault, now: @escaping @Sendable () -> Timestamp) {
        self.vault = vault
        origin = PageOrigin(user: user)
        self.now = now
    }

    /// The number of pages.
    package var count: Int { entries.count + unsaved.count + tokenless.count }

    /// Returns whether the Graph API returned the page, with or without a token.
    package func contains(_ page: Reference) -> Bool { seen.contains(page) }

    /// Adds pages, and saves the collection if the last save was some time ago.
    mutating func add(_ pages: [GraphPage]) throws {
        for page in pages {
            let reference = Reference(.page, page.id)
            if page.instagram == .unknown { hasUnknownAccounts = true }
            if let reference { seen.insert(reference) }
            guard page.token != nil, let reference else {
                if reference.map(withToken.contains) != true { tokenless.append(page) }
                continue
            }
            if withToken.insert(reference).inserted {
                tokenless.removeAll { $0.id == page.id }
            }
            // A page may occur twice if the list changes while it is read.
            if let index = indices[reference] {
                unsaved[index].page = page
            } else {
                indices[reference] = unsaved.count
                unsaved.append((reference, page))
            }
        }
        if SystemClock.uptime() - lastSave > Self.maxWait { try save() }
    }

    /// Saves the pages that are not saved yet.
    mutating func save() throws {
        guard !unsaved.isEmpty else { return }
        var stored: [Entry] = []
        var (kept, replaced): ([Rival], [Rival]) = ([], [])
        var unreturned: [Reference: String] = [:]
        let now = now()
        let pages = unsaved
        let (origin, isOwnerUnconfirmed) = (origin, isOwnerUnconfirmed)
        try vault.change { _ in
            (stored, kept, replaced, unreturned) = ([], [], [], [:])
            return pages.compactMap { reference, page in
                page.token.map { token in
                    EntryChange(reference) { old in
                        if page.instagram == .absent, page.canBeManaged {
                            unreturned[reference] = old?.instagramID
                        }
                        if let old, old.user != origin.user.reference || isOwnerUnconfirmed {
                            let rival = Rival(page: reference, owner: old.user)
                            let isSafe =
                                isOwnerUnconfirmed && !old.validity.isInvalid
                                && !old.validity.isUnverified
                            if isSafe || origin.keeps(old, over: page, now: now) {
                                kept.append(rival)
                                // The account belongs to the page, whoever's token is kept.
                                let updated = old.updated(with: page.instagram)
                                stored.append(
                                    Entry(reference: reference, metadata: updated ?? old))
                                return updated.map { .describe($0) } ?? .keep
                            }
                            if old.user != nil { replaced.append(rival) }
                        }
                        let metadata = origin.described(page, old: old, now: now)
                        stored.append(Entry(reference: reference, metadata: metadata))
                        return .store(token, metadata)
                    }
                }
            }
        }
        if !entries.isEmpty { entries.removeAll { indices[$0.reference] != nil } }
        entries += stored
        self.kept += kept
        self.replaced += replaced
        for (reference, _) in pages { unreturnedAccounts[reference] = unreturned[reference] }
        unsaved = []
        indices = [:]
        lastSave = SystemClock.uptime()
    }
}

/// The user token with which pages were requested, and the metadata that follows from it.
private struct PageOrigin {
    let user: Entry

    func described(_ page: GraphPage, old: Metadata?, now: Timestamp) -> Metadata {
        var metadata = (old ?? Metadata()).withNewSecret(at: now)
        metadata.update(name: page.name)
        metadata.category = page.category ?? metadata.category
        // Tasks belong to a user, so do not keep those of another user.
        metadata.tasks = page.tasks ?? (old?.user == user.reference ? metadata.tasks : nil)
        metadata.app = user.metadata.app ?? metadata.app
        metadata.user = user.reference
        metadata.expiresAt = expiry
        metadata.dataAccessExpiresAt = user.metadata.dataAccessExpiresAt
        metadata.scopes = user.metadata.scopes
        return metadata.updated(with: page.instagram) ?? metadata
    }

    /// Returns whether the stored token of another user is kept instead of the one in `page`.
    func keeps(_ old: Metadata, over page: GraphPage, now: Timestamp) -> Bool {
        PageTokenPreference.keeps(
            old, over: page.tasks, scopes: user.metadata.scopes, expiry: expiry, at: now)
    }

    /// The expiry of the page tokens, which is that of a short-lived user token, or never.
    private var expiry: Expiry {
        switch user.isLongLived {
        case true: .never
        case false: user.metadata.expiresAt
        case nil: .unknown
        }
    }
}

extension Entry {
    /// Whether the lifetime of a user token was more than two hours when it was stored.
    ///
    /// Meta's short-lived tokens last at most two hours. The value is `nil` if the expiry is
    /// unknown.
    package var isLongLived: Bool? {
        switch metadata.expiresAt {
        case .unknown: nil
        case .never: true
        case .at(let end):
            (metadata.changedAt ?? metadata.addedAt).map {
                end.seconds - $0.seconds > IssuedToken.shortLife
            }
        }
    }
}
