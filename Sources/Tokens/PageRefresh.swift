package import Entries
package import Graph
import Sodium
package import Vault

/// Gets the tokens of a user's pages from Meta, and stores them.
package struct PageRefresh {
    /// The user, with what ``confirmOwner(_:)`` has learnt.
    package private(set) var user: Entry
    /// The app of the user's token, with its secret, where that is stored.
    package let credentials: AppCredentials?
    /// What Meta says of the user's token, if it was asked.
    package private(set) var inspection: TokenInspection?
    private let token: SharedSecret
    private let vault: UnlockedVault
    private let now: @Sendable () -> Timestamp
    /// Whether nobody has said that the token is its user's.
    private var isOwnerDoubtful = false

    /// Which pages are asked for.
    package enum Selection: Sendable {
        case all
        /// All, of which those that have one of these numbers and come with a token are taken.
        case stored(Set<String>)
        /// Those that have these numbers, one by one; they need not be in the user's list.
        case named([String])
    }

    /// The refresh of the pages of `user`, which is stored.
    package init(
        of user: Reference, in vault: UnlockedVault, now: @escaping @Sendable () -> Timestamp
    ) throws {
        (self.user, token, credentials) = try vault.read { reader in
            let (user, token) = try reader.entry(user)
            return (user, token, try reader.appCredentials(of: user.metadata.app))
        }
        self.vault = vault
        self.now = now
    }

    /// Asks Meta whose the user's token is, unless it has said so since the token was stored, and when it
    /// ends, if that is not known: without its end nothing can be said of that of its page tokens.
    ///
    /// Fails if it is somebody else's.
    package mutating func confirmOwner(_ client: GraphClient) async throws {
        let isDoubtful = !user.metadata.isConfirmed
        if user.isLongLived == nil || isDoubtful { try await learnOwner(client) }
        isOwnerDoubtful = isDoubtful && inspection?.isValid != true
    }

    private mutating func learnOwner(_ client: GraphClient) async throws {
        guard let inspection = try? await client.inspect(token, app: credentials) else { return }
        self.inspection = inspection
        try refuseMismatch()
        guard inspection.isValid else { return }
        let now = now()
        let asked = user
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: asked, at: now)] }
        user.metadata.update(from: inspection, of: asked.reference, at: now)
    }

    /// Asks Meta what the user's token is, if nobody has yet: which pages the person allowed explains what
    /// is not there.
    package mutating func inspectUser(_ client: GraphClient) async {
        guard inspection == nil else { return }
        inspection = try? await client.inspect(token, app: credentials)
    }

    /// Fails if Meta has said that the user's token is somebody else's, and keeps that it is.
    package func refuseMismatch() throws {
        guard let inspection else { return }
        let app = user.metadata.app?.id ?? inspection.viewingAppID
        guard let mismatch = TokenMismatch(inspection, of: user.reference, app: app) else { return }
        let (user, now) = (user, now())
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: user, at: now)] }
        throw WrongTokenError(user.reference, mismatch)
    }

    /// Asks for the pages and stores their tokens as they come; `progress` gets the number of pages.
    ///
    /// What came before a failure is kept.
    package func run(
        _ selection: Selection, _ client: GraphClient, asking question: GraphQuestion,
        progress: (Int) -> Void = { _ in }
    ) async -> PageRefreshResult {
        var collection = PageCollection(of: user, vault: vault, now: now)
        collection.isOwnerDoubtful = isOwnerDoubtful
        var result = PageRefreshResult(collection: collection)
        do {
            try await fetch(selection, into: &collection, client, progress)
        } catch let error as GraphError {
            result.requestFailure = GraphRequestError(error, asking: question)
        } catch {
            result.saveFailure = error
        }
        do { try collection.save() } catch { result.saveFailure = result.saveFailure ?? error }
        result.collection = collection
        return result
    }

    private func fetch(
        _ selection: Selection, into collection: inout PageCollection, _ client: GraphClient,
        _ progress: (Int) -> Void
    ) async throws {
        switch selection {
        case .all:
            let unread = try await client.pages(token: token, appSecret: credentials?.secret) {
                try collection.take($0)
                progress(collection.count)
            }
            collection.unread = unread
        case .stored(let numbers):
            try await client.pages(token: token, appSecret: credentials?.secret) { pages in
                try collection.take(pages.filter { numbers.contains($0.id) && $0.token != nil })
                progress(collection.count)
            }
        case .named(let numbers):
            for number in numbers {
                let page = try await named(number, in: &collection, client)
                if let page { try collection.take([page]) }
                progress(collection.count)
            }
        }
    }

    /// One page, or nil where Meta has a reason of its own not to give it.
    private func named(
        _ number: String, in collection: inout PageCollection, _ client: GraphClient
    ) async throws(GraphError) -> GraphPage? {
        do throws(GraphError) {
            return try await client.page(number, token: token, appSecret: credentials?.secret)
        } catch {
            guard case .refused(let refusal) = error,
                [.permission, .request].contains(refusal.classification)
            else { throw error }
            collection.refused.append((number, refusal.message))
            return nil
        }
    }
}

/// What came of pages.
package struct PageRefreshResult {
    package fileprivate(set) var collection: PageCollection
    /// Why not all could be asked for.
    package fileprivate(set) var requestFailure: GraphRequestError?
    /// Why not all that came could be saved.
    package fileprivate(set) var saveFailure: (any Error)?

    /// What failed first.
    package var failure: (any Error)? { requestFailure ?? saveFailure }
}

extension VaultReader {
    /// The numbers of the pages that are stored as those of `user`, with those of their entries that have
    /// a suffix.
    package func pages(of user: Reference) throws -> Set<String> {
        let pages = try entries().filter {
            $0.reference.kind == .page && $0.metadata.user == user
        }
        return Set(pages.map(\.reference.id))
    }
}
