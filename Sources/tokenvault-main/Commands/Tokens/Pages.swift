import ArgumentParser
import Console
import Entries
import Graph
import Tokens
import Vault

struct Pages: NetworkCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "List a user's pages and store their tokens.",
        discussion: """
            If an Instagram account is linked to a page, its ID and username are stored with the \
            page token. Meta returns them if the user's token has the scope instagram_basic.

            Examples:
              tokenvault pages
              tokenvault pages 1020000000000001
              tokenvault pages --offline --json
            """)

    @Option(
        help: ArgumentHelp(
            "The user whose pages to list; optional if the vault has only one.", valueName: "ref"),
        completion: .references(.user, .system))
    var user: String?

    @Flag(help: "List the stored pages, without asking Meta.")
    var offline = false

    @Argument(
        help: ArgumentHelp(
            "Only these pages, even if Meta does not list them.", valueName: "page-id"),
        completion: .references(.page))
    var ids: [String] = []

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var sharing: SharingOptions
    @OptionGroup var graph: GraphOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World, over network: Network) async throws -> ExitStatus {
        let wanted = try ids.map { id in
            // Other commands take `page:ID`, so it is accepted here too.
            let digits = id.hasPrefix("page:") ? String(id.dropFirst(5)) : id
            guard Reference.isID(digits) else {
                throw TokenCommandMessage.notAPageNumber
            }
            return digits
        }
        try MetaPlatform.requireFacebook(user, for: "pages")
        let endpoint = try graph.endpoint(in: world)
        if offline {
            return try listStored(wanted, in: try vault.access.unlock(in: world), world: world)
        }
        let vault = try await sharing.unlock(vault.access, in: world, over: network)

        var refresh = try PageRefresh(
            of: try userReference(in: vault), in: vault, now: world.now)
        let next = try vault.read { try NextStep(in: $0, for: world) }
        let context = context(about: refresh, at: endpoint, next: next)
        let result = try await graph.withClient(in: world, over: network, output) { client in
            // Confirm whose token it is before storing its pages.
            try await refresh.confirmOwner(client)
            warnIfShortLived(refresh.user, world: world)
            let result = await fetch(
                wanted, by: &refresh, client, context, world: world)
            let isComplete =
                !wanted.isEmpty && result.collection.refused.isEmpty
                && result.collection.tokenless.isEmpty
            if result.failure == nil, !isComplete { await refresh.inspectUser(client) }
            return result
        }
        let (collection, user) = (result.collection, refresh.user)
        try EntryListing.print(collection.entries, json: output.json, in: world)
        let explanation = PageExplanation(
            collection: collection, user: user, inspection: refresh.inspection,
            command: next.pages(of: user.reference, app: user.metadata.app), world: world)
        for warning in explanation.warnings { output.warn(warning, in: world) }
        if let failure = result.failure { throw failure }
        if wanted.isEmpty {
            let absences = explanation.absences(
                stored: try stored(pagesOf: user, without: collection, in: vault))
            for warning in absences { output.warn(warning, in: world) }
            if collection.count == 0 { explainEmptiness(user, next: next, world: world) }
        }
        explainAccounts(of: collection, refresh, next: next, world: world)
        try refresh.refuseMismatch()
        return .done
    }

    private func context(
        about refresh: PageRefresh, at endpoint: GraphEndpoint, next: NextStep
    ) -> GraphCallContext {
        let (user, credentials) = (refresh.user, refresh.credentials)
        var context = GraphCallContext(
            host: endpoint.host,
            app: credentials.flatMap { Reference(.app, $0.id) } ?? user.metadata.app,
            token: user.reference)
        context.isSecretStored = credentials != nil
        context.renewal = next.renewal(of: user)
        return context
    }

    private func fetch(
        _ wanted: [String], by refresh: inout PageRefresh, _ client: GraphClient,
        _ context: GraphCallContext, world: World
    ) async -> PageRefreshResult {
        let progress = Progress(in: world, quiet: output.quiet)
        defer { progress.end() }
        guard !wanted.isEmpty else {
            return await refresh.run(.all, client, in: context) {
                progress.show("\($0) pages")
            }
        }
        return await refresh.run(.named(wanted), client, in: context) {
            progress.show("\($0) of \(wanted.count) pages")
        }
    }

    private func userReference(in vault: UnlockedVault) throws -> Reference {
        try vault.read { reader in
            var kind: Reference.Kind = user?.hasPrefix("system:") == true ? .system : .user
            // Without users, the only system user is meant.
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
        try EntryListing.print(entries, json: output.json, in: world)
        if entries.isEmpty, !output.json { output.note("no pages stored", in: world) }
        return .done
    }

    /// Returns the stored pages of `user` that Meta did not list.
    private func stored(
        pagesOf user: Entry, without collection: PageCollection, in vault: UnlockedVault
    ) throws -> [Reference] {
        try vault.read { reader in
            var stored: [Reference] = []
            try reader.forEachRecord(of: CollectionOfOne(.page)) { record in
                let page = record.reference
                guard page.suffix == nil, !collection.contains(page) else { return }
                let entry = try StoredEntry(record)
                if entry.decoded.metadata.user == user.reference { stored.append(page) }
            }
            return stored
        }
    }

    private func warnIfShortLived(_ user: Entry, world: World) {
        guard user.isLongLived == false else { return }
        let end = TimeText(now: world.now(), in: world).text(user.metadata.expiresAt)
        output.warn(
            "\(user.reference) is a short-lived token, and its page tokens expire with it "
                + "(\(end)); first run `\(world.command("tokenvault exchange \(user.reference)"))`",
            in: world)
    }

    /// Explains, once for all pages, why there may be no Instagram account.
    private func explainAccounts(
        of collection: PageCollection, _ refresh: PageRefresh, next: NextStep, world: World
    ) {
        let user = refresh.user
        // A system user's token comes from Meta's Business settings, not from a login.
        let explanation = InstagramExplanation(
            collection: collection, user: user, inspection: refresh.inspection,
            renewal: user.reference.kind == .system
                ? world.command("tokenvault add \(user.reference) --replace")
                : next.exchange(for: user.metadata.app).text)
        if let note = explanation.note { output.note(note, in: world) }
    }

    /// Explains why `accounts` may be empty.
    private func explainEmptiness(_ user: Entry, next: NextStep, world: World) {
        if let scopes = user.metadata.scopes, !scopes.contains("pages_show_list") {
            output.note(
                "no pages: \(user.reference) lacks the scope pages_show_list; grant it in the Graph "
                    + "Explorer, then run `\(next.exchange(for: user.metadata.app))`",
                in: world)
            return
        }
        let causes = [
            "no page was selected when the user authorized the app",
            "the pages belong to a business, which requires the scope business_management",
            "the app is in development mode, and the user has no role in it",
            "the user has no role on any page",
        ]
        output.note(
            "no pages; Meta does not say why. Possible reasons: \(causes.joined(separator: "; or ")). "
                + "If you know the ID of a page, try: "
                + "\(next.pages(of: user.reference, app: user.metadata.app)) PAGE_ID",
            in: world)
    }
}
