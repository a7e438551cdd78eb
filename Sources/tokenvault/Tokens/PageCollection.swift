import Graph
import Platform
import Sodium
import Vault

/// Pages on their way from Graph into the vault.
struct PageCollection {
    private let vault: UnlockedVault
    private let origin: PageOrigin
    private let now: @Sendable () -> Timestamp

    /// What was stored, save after save, each in the order of references.
    private(set) var entries: [Entry] = []
    /// Pages that came without a token.
    private(set) var tokenless: [GraphPage] = []
    private var unsaved: [(reference: Reference, page: GraphPage)] = []
    /// Where each of them stands.
    private var places: [Reference: Int] = [:]
    private var lastSave = SystemClock.uptime()

    /// How long tokens may wait before they are on the disk; each save writes the whole file.
    private static let longestWait = 2.0

    init(of user: Entry, vault: UnlockedVault, now: @escaping @Sendable () -> Timestamp) {
        self.vault = vault
        origin = PageOrigin(user: user)
        self.now = now
    }

    /// How many pages came.
    var count: Int { entries.count + unsaved.count + tokenless.count }

    /// Takes pages over and, after a while, saves them.
    mutating func take(_ pages: [GraphPage]) throws {
        for page in pages {
            guard page.token != nil, let reference = Reference(.page, page.id) else {
                tokenless.append(page)
                continue
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
        let now = now()
        let pages = unsaved
        let origin = origin
        try vault.change { _ in
            stored = []
            return pages.compactMap { reference, page in
                page.token.map { token in
                    EntryChange(reference) { old in
                        let metadata = origin.described(page, old: old, now: now)
                        stored.append(Entry(reference: reference, metadata: metadata))
                        return .store(token, metadata)
                    }
                }
            }
        }
        if !entries.isEmpty { entries.removeAll { places[$0.reference] != nil } }
        entries += stored
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
        metadata.learn(name: page.name)
        metadata.category = page.category ?? metadata.category
        metadata.tasks = page.tasks ?? metadata.tasks
        metadata.app = user.metadata.app ?? metadata.app
        metadata.user = user.reference
        metadata.expiresAt = expiry
        metadata.dataAccessExpiresAt = user.metadata.dataAccessExpiresAt
        metadata.scopes = user.metadata.scopes
        return metadata
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
    var isLongLived: Bool? {
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
