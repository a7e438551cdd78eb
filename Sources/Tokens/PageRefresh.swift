package import Entries
package import Graph
import Sodium
package import Vault

/// Requests the tokens of a user's pages from Meta and stores them.
package struct PageRefresh {
    /// The user, with the metadata updated by ``confirmOwner(_:)``.
    package private(set) var user: Entry
    /// The app of the user token with its secret, or `nil` if that is not stored.
    package let credentials: AppCredentials?
    /// Meta's information about the user token, if it was requested.
    package private(set) var inspection: TokenInspection?
    private let token: SharedSecret
    private let vault: UnlockedVault
    private let now: @Sendable () -> Timestamp
    /// Whether it is not confirmed that the token belongs to its user.
    private var isOwnerUnconfirmed = false

    /// The pages to request.
    package enum Selection: Sendable {
        case all
        /// All pages of the list that have one of these IDs and a token.
        case stored(Set<String>)
        /// The pages with these IDs, one by one; they need not be in the user's list.
        case named([String])
    }

    /// Creates a refresh of the pages of `user`, which must be in the vault.
    package init(
        of user: Reference, in vault: UnlockedVault, now: @escaping @Sendable () -> Timestamp
    ) throws {
        (self.user, token, credentials) = try vault.read { reader in
            let (user, token) = try reader.entry(user)
            try MetaPlatform.requireFacebook(user, token, for: "pages")
            return (user, token, try reader.appCredentials(of: user.metadata.app))
        }
        self.vault = vault
        self.now = now
    }

    /// Confirms with Meta that the user token belongs to its user, unless already confirmed.
    ///
    /// If the expiry of the user token is unknown, requests it as well: that of the page tokens
    /// depends on it. Throws an error if the token belongs to someone else.
    package mutating func confirmOwner(_ client: GraphClient) async throws {
        let isUnconfirmed = !user.metadata.isConfirmed
        if user.isLongLived == nil || isUnconfirmed { try await inspectOwner(client) }
        isOwnerUnconfirmed = isUnconfirmed && inspection?.isValid != true
    }

    private mutating func inspectOwner(_ client: GraphClient) async throws {
        guard let inspection = try? await client.inspect(token, app: credentials) else { return }
        self.inspection = inspection
        try refuseMismatch()
        guard inspection.isValid else { return }
        let now = now()
        let original = user
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: original, at: now)] }
        user.metadata.update(from: inspection, of: original.reference, at: now)
    }

    /// Requests information about the user token from Meta, unless already done.
    ///
    /// The pages for which the user granted access explain why others are missing.
    package mutating func inspectUser(_ client: GraphClient) async {
        guard inspection == nil else { return }
        inspection = try? await client.inspect(token, app: credentials)
    }

    /// Throws an error if, according to Meta, the user token is someone else's, and records that.
    package func refuseMismatch() throws {
        guard let inspection else { return }
        let app = user.metadata.app?.id ?? inspection.viewingAppID
        guard let mismatch = TokenMismatch(inspection, of: user.reference, app: app) else { return }
        let (user, now) = (user, now())
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: user, at: now)] }
        throw WrongTokenError(user.reference, mismatch)
    }

    /// Requests the pages and stores their tokens; calls `progress` with the number of pages.
    ///
    /// Pages received before a failure are kept. If Meta did not return an Instagram account that is
    /// stored, this also requests information about the user token, to find out why.
    package mutating func run(
        _ selection: Selection, _ client: GraphClient, in context: GraphCallContext,
        progress: (Int) -> Void = { _ in }
    ) async -> PageRefreshResult {
        var collection = PageCollection(of: user, vault: vault, now: now)
        collection.isOwnerUnconfirmed = isOwnerUnconfirmed
        var result = PageRefreshResult(collection: collection)
        do {
            try await fetch(selection, into: &collection, client, progress)
        } catch let error as GraphError {
            result.requestFailure = GraphRequestError(error, in: context)
        } catch {
            result.saveFailure = error
        }
        do { try collection.save() } catch { result.saveFailure = result.saveFailure ?? error }
        if result.failure == nil, collection.lacksAccounts {
            await inspectUser(client)
            do {
                if let inspection { try collection.forgetUnlinkedAccounts(inspection) }
            } catch {
                result.saveFailure = error
            }
        }
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
                try collection.add($0)
                progress(collection.count)
            }
            collection.unread = unread
        case .stored(let ids):
            try await client.pages(token: token, appSecret: credentials?.secret) { pages in
                try collection.add(pages.filter { ids.contains($0.id) && $0.token != nil })
                progress(collection.count)
            }
        case .named(let ids):
            for id in ids {
                if let page = try await requestPage(id, in: &collection, client) {
                    try collection.add([page])
                }
                progress(collection.count)
            }
        }
    }

    /// Requests one page; returns `nil` if Meta refuses it for a reason specific to the page.
    private func requestPage(
        _ id: String, in collection: inout PageCollection, _ client: GraphClient
    ) async throws(GraphError) -> GraphPage? {
        do throws(GraphError) {
            return try await client.page(id, token: token, appSecret: credentials?.secret)
        } catch {
            guard case .refused(let refusal) = error,
                [.permission, .request].contains(refusal.classification)
            else { throw error }
            collection.refused.append((id, refusal.message))
            return nil
        }
    }
}

/// The result of refreshing pages.
package struct PageRefreshResult {
    package fileprivate(set) var collection: PageCollection
    /// The reason why some pages could not be requested.
    package fileprivate(set) var requestFailure: GraphRequestError?
    /// The reason why some pages could not be saved.
    package fileprivate(set) var saveFailure: (any Error)?

    /// The first failure.
    package var failure: (any Error)? { requestFailure ?? saveFailure }
}

extension VaultReader {
    /// Returns the IDs of all stored pages of `user`, including those of entries with a suffix.
    package func pages(of user: Reference) throws -> Set<String> {
        let pages = try entries().filter {
            $0.reference.kind == .page && $0.metadata.user == user
        }
        return Set(pages.map(\.reference.id))
    }
}
