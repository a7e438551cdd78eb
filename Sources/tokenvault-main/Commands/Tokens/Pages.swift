import ArgumentParser
import Console
import Entries
import Graph
import Sodium
import Vault

struct Pages: NetworkCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "List a user's pages and store their tokens.",
        discussion: """
            Examples:
              tokenvault pages
              tokenvault pages 1020000000000001
              tokenvault pages --offline --json
            """)

    @Option(
        help: ArgumentHelp(
            "Whose pages; not needed with one user in the vault.", valueName: "ref"),
        completion: .references(.user, .system))
    var user: String?

    @Flag(help: "List the pages that are stored, without asking Meta.")
    var offline = false

    @Argument(
        help: ArgumentHelp(
            "Only these pages, which need not be in the list.", valueName: "page-id"),
        completion: .references(.page))
    var ids: [String] = []

    @OptionGroup var vault: VaultOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let wanted = try ids.map { id in
            // `page:ID` is what the other commands call it.
            let digits = id.hasPrefix("page:") ? String(id.dropFirst(5)) : id
            guard Reference.isID(digits) else {
                throw Failure.usage("a page is named by its number, as in 1020000000000001")
            }
            return digits
        }
        let endpoint = try graph.endpoint(in: world)
        let vault = try vault.access.unlock(in: world)
        if offline { return try listStored(wanted, in: vault, world: world) }

        let userReference = try userReference(in: vault)
        var (user, token, credentials, next) = try vault.read { reader in
            let (user, token) = try reader.entry(userReference)
            return (
                user, token, try reader.appCredentials(of: user.metadata.app),
                try NextStep(in: reader, for: world)
            )
        }
        var question = GraphQuestion(
            host: endpoint.host,
            app: credentials.flatMap { Reference(.app, $0.id) } ?? user.metadata.app,
            token: userReference)
        question.isSecretStored = credentials != nil
        question.renewal = next.renewal(of: user)
        let about = question
        var inspection: TokenInspection?
        var (collection, failure) = try await graph.withClient(in: world, over: network, output) {
            client in
            // Whose the token is is known before its pages take any place.
            let isDoubtful = !user.metadata.isConfirmed
            if user.isLongLived == nil || isDoubtful {
                inspection = try await learnOwner(
                    of: &user, token, client, credentials, in: vault, world: world)
            }
            warnIfShortLived(user, world: world)
            var collection = PageCollection(of: user, vault: vault, now: world.now)
            collection.isOwnerDoubtful = isDoubtful && inspection?.isValid != true
            let failure = await fetch(
                wanted, into: &collection, token: token, appSecret: credentials?.secret, client,
                about, world: world)
            // Which pages the person allowed explains what is not there.
            let isComplete =
                !wanted.isEmpty && collection.refused.isEmpty && collection.tokenless.isEmpty
            if failure == nil, inspection == nil, !isComplete {
                inspection = try? await client.inspect(token, app: credentials)
            }
            return (collection, failure)
        }
        // What came before a failure is kept.
        do { try collection.save() } catch { failure = failure ?? error }

        try EntryListing(collection.entries, json: output.json, in: world).print()
        let explanation = PageExplanation(
            collection: collection, user: user, inspection: inspection,
            command: next.pages(of: userReference, app: user.metadata.app), world: world)
        for warning in explanation.warnings { output.warn(warning, in: world) }
        if let failure { throw failure }
        if wanted.isEmpty {
            let absences = explanation.absences(
                stored: try stored(pagesOf: user, without: collection, in: vault))
            for warning in absences { output.warn(warning, in: world) }
            if collection.count == 0 { explainEmptiness(user, next: next, world: world) }
        }
        if let inspection { try refuseMismatch(inspection, of: user, in: vault, world: world) }
        return .done
    }

    private func userReference(in vault: UnlockedVault) throws -> Reference {
        try vault.read { reader in
            var kind: Reference.Kind = user?.hasPrefix("system:") == true ? .system : .user
            // Where there are no people, the only system user is meant.
            if user == nil, try reader.references(of: .user).isEmpty,
                try reader.references(of: .system).contains(where: { $0.suffix == nil })
            {
                kind = .system
            }
            return try reader.resolve(kind, named: user, option: "--user")
        }
    }

    private func listStored(
        _ wanted: [String], in vault: UnlockedVault, world: World
    ) throws -> ExitStatus {
        let owner = try user == nil ? nil : userReference(in: vault)
        var entries = try vault.read({ try $0.entries() }).filter {
            $0.reference.kind == .page && $0.reference.suffix == nil
                && (owner == nil || $0.metadata.user == owner)
        }
        if !wanted.isEmpty {
            for id in wanted where !entries.contains(where: { $0.reference.id == id }) {
                guard let reference = Reference(.page, id) else { continue }
                throw try vault.read { try $0.notFound(reference) }
            }
            entries.removeAll { !wanted.contains($0.reference.id) }
        }
        try EntryListing(entries, json: output.json, in: world).print()
        if entries.isEmpty, !output.json { output.note("no pages stored", in: world) }
        return .done
    }

    /// The pages that are stored as those of `user` and did not come.
    private func stored(
        pagesOf user: Entry, without collection: PageCollection, in vault: UnlockedVault
    ) throws -> [Reference] {
        try vault.read { reader in
            try reader.references(of: .page).filter { page in
                guard page.suffix == nil, !collection.contains(page) else { return false }
                return try reader.entryIfAny(page)?.entry.metadata.user == user.reference
            }
        }
    }

    /// Without the end of the user token nothing can be said of that of its page tokens.
    ///
    /// Fails if it is somebody else's.
    private func learnOwner(
        of user: inout Entry, _ token: SharedSecret, _ client: GraphClient,
        _ credentials: AppCredentials?, in vault: UnlockedVault, world: World
    ) async throws -> TokenInspection? {
        guard let inspection = try? await client.inspect(token, app: credentials) else {
            return nil
        }
        try refuseMismatch(inspection, of: user, in: vault, world: world)
        guard inspection.isValid else { return inspection }
        let now = world.now()
        let asked = user
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: asked, at: now)] }
        user.metadata.update(from: inspection, of: asked.reference, at: now)
        return inspection
    }

    /// Ends the command if the token of `user` is somebody else's, and keeps that it is.
    private func refuseMismatch(
        _ inspection: TokenInspection, of user: Entry, in vault: UnlockedVault, world: World
    ) throws {
        let app = user.metadata.app?.id ?? inspection.askedBy
        guard let mismatch = TokenMismatch(inspection, of: user.reference, app: app) else { return }
        let now = world.now()
        try vault.change { _ in [EntryChange(updatingFrom: inspection, of: user, at: now)] }
        throw Failure.mismatch(mismatch, of: user.reference)
    }

    private func warnIfShortLived(_ user: Entry, world: World) {
        guard user.isLongLived == false else { return }
        let end = TimeText(now: world.now(), in: world).text(user.metadata.expiresAt)
        output.warn(
            "\(user.reference) is a short-lived token, and its page tokens end with it "
                + "(\(end)); first: \(world.command("tokenvault exchange \(user.reference)"))",
            in: world)
    }

    /// Returns why it could not be finished, if so.
    private func fetch(
        _ wanted: [String], into collection: inout PageCollection, token: SharedSecret,
        appSecret: SharedSecret?, _ client: GraphClient, _ question: GraphQuestion, world: World
    ) async -> (any Error)? {
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        do {
            guard !wanted.isEmpty else {
                let unread = try await client.pages(token: token, appSecret: appSecret) { pages in
                    try collection.take(pages)
                    progress.show("\(collection.count) pages")
                }
                collection.unread = unread
                return nil
            }
            for id in wanted {
                let page = try await named(
                    id, in: &collection, token: token, appSecret: appSecret, client)
                if let page { try collection.take([page]) }
                progress.show("\(collection.count) of \(wanted.count) pages")
            }
            return nil
        } catch let error as GraphError {
            return Failure(error, asking: question)
        } catch {
            return error
        }
    }

    /// One page, or nil where Meta has a reason of its own not to give it.
    private func named(
        _ id: String, in collection: inout PageCollection, token: SharedSecret,
        appSecret: SharedSecret?, _ client: GraphClient
    ) async throws(GraphError) -> GraphPage? {
        do throws(GraphError) {
            return try await client.page(id, token: token, appSecret: appSecret)
        } catch {
            guard case .refused(let refusal) = error,
                [.permission, .request].contains(refusal.classification)
            else { throw error }
            collection.refused.append((id, refusal.message))
            return nil
        }
    }

    /// Why `accounts` may be empty.
    private func explainEmptiness(_ user: Entry, next: NextStep, world: World) {
        if let scopes = user.metadata.scopes, !scopes.contains("pages_show_list") {
            output.note(
                "no pages: \(user.reference) lacks the scope pages_show_list; grant it in the Graph "
                    + "Explorer, then: \(next.exchange(for: user.metadata.app))",
                in: world)
            return
        }
        let causes = [
            "none was ticked when the person allowed the app",
            "they belong to a business, for which it takes the scope business_management",
            "the app is in development mode, and the person has no role in it",
            "the person has no role on a page",
        ]
        output.note(
            "no pages; Meta does not say why. Likely: \(causes.joined(separator: "; or ")). "
                + "A page whose number is known may still answer: "
                + "\(next.pages(of: user.reference, app: user.metadata.app)) PAGE_ID",
            in: world)
    }
}
