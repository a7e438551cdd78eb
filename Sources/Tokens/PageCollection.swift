package import Entries
package import Graph
import Platform
import Sodium
package import Vault

/// Pages on their way from Graph into the vault.
package struct PageCollection {
    private let vault: UnlockedVault
    private let origin: PageOrigin
    private let now: @Sendable () -> Timestamp

    /// What was stored, save after save, each in the order of references.
    package private(set) var entries: [Entry] = []
    /// Pages that came without a token.
    package private(set) var tokenless: [GraphPage] = []
    /// Pages, by number, that Meta refused, with its words.
    package internal(set) var refused: [(id: String, message: String)] = []
    /// Whether nobody has said that the token is its user's: no living page token gives way then.
    var isOwnerDoubtful = false
    /// How many entries of the list could not be read.
    package internal(set) var unread = 0
    /// Pages whose stored token stays, because it can do more than the one that came.
    package private(set) var kept: [Rival] = []
    /// Pages whose token was another person's until now.
    package private(set) var replaced: [Rival] = []
    private var unsaved: [(reference: Reference, page: GraphPage)] = []
    /// Where each of them stands.
    private var places: [Reference: Int] = [:]
    /// Those that came with a token, if only once.
    private var withToken: Set<Reference> = []
    /// All that came.
    private var seen: Set<Reference> = []
    private var lastSave = SystemClock.uptime()

    /// A page for which the vault had the token of another person.
    package struct Rival {
        package let page: Reference
        /// The other person, if that is known.
        package let owner: Reference?
    }

    /// How long tokens may wait before they are on the disk; each save writes the whole file.
    private static let longestWait = 2.0

    init(of user: Entry, vault: UnlockedVault, now: @escaping @Sendable () -> Timestamp) {
        self.vault = vault
        origin = PageOrigin(user: user)
        self.now = now
    }

    /// How many pages came.
    package var count: Int { entries.count + unsaved.count + tokenless.count }

    /// Whether that page came, with a token or without.
    package func contains(_ page: Reference) -> Bool { seen.contains(page) }

    /// Takes pages over and, after a while, saves them.
    mutating func take(_ pages: [GraphPage]) throws {
        for page in pages {
            let reference = Reference(.page, page.id)
            if let reference { seen.insert(reference) }
            guard page.token != nil, let reference else {
                if reference.map(withToken.contains) != true { tokenless.append(page) }
                continue
            }
            if withToken.insert(reference).inserted {
                tokenless.removeAll { $0.id == page.id }
            }
            // The same page may come twice, when the list changes while it is read.
            if let place = places[reference] {
                unsaved[place].page = page
            } else {
                places[reference] = unsaved.count
                unsaved.append((reference, page))
            }
        }
        if SystemClock.uptime() - lastSave > Self.longestWait { try save() }
    }

    /// Saves what is not saved yet.
    mutating func save() throws {
        guard !unsaved.isEmpty else { return }
        var stored: [Entry] = []
        var (kept, replaced): ([Rival], [Rival]) = ([], [])
        let now = now()
        let pages = unsaved
        let (origin, isOwnerDoubtful) = (origin, isOwnerDoubtful)
        try vault.change { _ in
            (stored, kept, replaced) = ([], [], [])
            return pages.compactMap { reference, page in
                page.token.map { token in
                    EntryChange(reference) { old in
                        if let old, old.user != origin.user.reference || isOwnerDoubtful {
                            let rival = Rival(page: reference, owner: old.user)
                            let isSafe = isOwnerDoubtful && old.valid != false && !old.isUnverified
                            if isSafe || origin.yields(page, to: old, now: now) {
                                kept.append(rival)
                                stored.append(Entry(reference: reference, metadata: old))
                                return .keep
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
        if !entries.isEmpty { entries.removeAll { places[$0.reference] != nil } }
        entries += stored
        self.kept += kept
        self.replaced += replaced
        unsaved = []
        places = [:]
        lastSave = SystemClock.uptime()
    }
}

/// Where pages come from, and what follows from it for their tokens.
private struct PageOrigin {
    let user: Entry

    func described(_ page: GraphPage, old: Metadata?, now: Timestamp) -> Metadata {
        var metadata = (old ?? Metadata()).withNewSecret(at: now)
        metadata.update(name: page.name)
        metadata.category = page.category ?? metadata.category
        // Tasks are a person's own.
        metadata.tasks = page.tasks ?? (old?.user == user.reference ? metadata.tasks : nil)
        metadata.app = user.metadata.app ?? metadata.app
        metadata.user = user.reference
        metadata.expiresAt = expiry
        metadata.dataAccessExpiresAt = user.metadata.dataAccessExpiresAt
        metadata.scopes = user.metadata.scopes
        return metadata
    }

    /// Whether the token that is stored, another person's, stays in spite of that of `page`.
    func yields(_ page: GraphPage, to old: Metadata, now: Timestamp) -> Bool {
        PageRivalry.keeps(
            old, over: page.tasks, scopes: user.metadata.scopes, expiry: expiry, at: now)
    }

    /// A page token ends with a short-lived user token, and never by itself with a long-lived one.
    private var expiry: Expiry {
        switch user.isLongLived {
        case true: .never
        case false: user.metadata.expiresAt
        case nil: .unknown
        }
    }
}

extension Entry {
    /// Whether a user token was good for more than two hours when it was stored: Meta's short-lived
    /// ones are not.
    ///
    /// Nil where its end is not known.
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
