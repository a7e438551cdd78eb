import Console
import Entries
import Graph
import Tokens
import Vault

/// Why pages came without a token or not at all, as far as Meta's answers tell.
struct PageExplanation {
    let collection: PageCollection
    let user: Entry
    /// What Meta says of the user's token, if it was asked.
    let inspection: TokenInspection?
    /// The command that asks Meta about this user's pages.
    let command: CommandText
    let world: World

    /// What must not go unnoticed of the pages that came, or were asked for by number, a line each.
    var warnings: [String] {
        collection.refused.map { id, message in
            let unticked = isUnticked(id) ? "; \(Self.untickedCause)" : ""
            return "no token for page:\(id): \(message)\(unticked)"
        } + collection.tokenless.map(words) + rivalries
    }

    /// What else must not go unnoticed once the whole list has come.
    ///
    /// `stored` are the pages that are stored as this user's.
    func absences(stored: [Reference]) -> [String] {
        var warnings: [String] = []
        if collection.unread > 0 {
            warnings.append(
                "\(TimeText.counted(Int64(collection.unread), "page")) of Meta's list could not be read"
            )
        }
        let ticked = allowed.filter { !collection.contains($0) }.sorted()
        if !ticked.isEmpty {
            let cause =
                (inspection?.scopes ?? user.metadata.scopes)?.contains("business_management")
                    == false
                ? "\(user.reference) lacks the scope business_management, which pages of a business take"
                : "they may belong to a business, or the person's role on them is gone"
            warnings.append(
                "\(Self.list(ticked)): allowed in the login dialog, but not in Meta's list; \(cause); "
                    + "named, they may answer: \(command) "
                    + ticked.prefix(Self.mostNamed).map(\.id).joined(separator: " "))
        }
        let gone = stored.filter { !collection.contains($0) && !ticked.contains($0) }
        let unticked = gone.filter { isUnticked($0.id) }
        let others = gone.filter { !isUnticked($0.id) }
        if !unticked.isEmpty {
            warnings.append(
                "\(Self.list(unticked)): stored, but not ticked when \(user.reference) last allowed the "
                    + "app; the stored token may be dead")
        }
        if !others.isEmpty {
            warnings.append(
                "\(Self.list(others)): stored, but no longer in Meta's list; the stored token may be dead: "
                    + world.command("tokenvault check --online"))
        }
        return warnings
    }

    /// Whether the person allowed the app certain pages, and not this one.
    func isUnticked(_ page: String) -> Bool {
        guard let ticked = inspection?.granularScopes["pages_show_list"] else { return false }
        return !ticked.contains(page)
    }

    /// The pages that the person allowed the app by name.
    private var allowed: [Reference] {
        let ids = (inspection?.granularScopes ?? [:]).filter { $0.key.hasPrefix("pages_") }
        return Set(ids.values.joined()).compactMap { Reference(.page, $0) }
    }

    private func words(for page: GraphPage) -> String {
        let name = page.name.map { " (\(DisplayText.clean($0)))" } ?? ""
        return "no token for page:\(DisplayText.clean(page.id))\(name): \(cause(of: page))"
    }

    private func cause(of page: GraphPage) -> String {
        if isUnticked(page.id) { return Self.untickedCause }
        let tasks = page.tasks.map { $0.isEmpty ? "none" : $0.joined(separator: " ") }
        let clause =
            tasks.map { "your tasks there (\(DisplayText.clean($0))) are too few" }
            ?? "your role there is too small"
        return "\(clause), or its business requires two-factor authentication"
    }

    /// Why a page gives no token that was not ticked.
    static let untickedCause = "it was not ticked when the person allowed the app"

    /// Which tokens of other people stayed, and which did not.
    private var rivalries: [String] {
        let kept = Dictionary(grouping: collection.kept) { $0.owner }
        let replaced = Dictionary(grouping: collection.replaced) { $0.owner }
        return kept.sorted { Self.name($0.key) < Self.name($1.key) }.map { owner, rivals in
            let pages = rivals.map(\.page)
            return
                "\(Self.list(pages)): the token \(Self.name(owner)) stays, which can do more or lasts "
                + "longer than that of \(user.reference); to take the other one, first: "
                + world.command("tokenvault remove \(pages[0])")
        }
            + replaced.sorted { Self.name($0.key) < Self.name($1.key) }.map { owner, rivals in
                "\(Self.list(rivals.map(\.page))): the token \(Self.name(owner)) was replaced by that of "
                    + "\(user.reference)"
            }
    }

    private static func name(_ owner: Reference?) -> String {
        owner.map { "of \($0)" } ?? "that was stored"
    }

    private static let mostNamed = 20

    private static func list(_ pages: [Reference]) -> String {
        let more = pages.count - mostNamed
        return pages.prefix(mostNamed).map(\.description).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}
