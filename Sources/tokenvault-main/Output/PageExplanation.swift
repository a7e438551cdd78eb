import Console
import Entries
import Graph
import Tokens
import Vault

/// Why pages have no token or are missing, as far as Meta's responses show.
struct PageExplanation {
    let collection: PageCollection
    let user: Entry
    /// What Meta reports about the user's token, or `nil` if it was not asked.
    let inspection: TokenInspection?
    /// The command that fetches this user's pages.
    let command: CommandText
    let world: World

    /// Warnings about the pages that were listed or requested by ID, one line each.
    var warnings: [String] {
        collection.refused.map { id, message in
            let cause = isUnselected(id) ? "; \(Self.unselectedCause)" : ""
            return "no token for page:\(id): \(message)\(cause)"
        } + collection.tokenless.map(words) + rivalries
    }

    /// Returns warnings about missing pages, once the whole list has been received.
    ///
    /// - Parameter stored: The pages that are in the vault as this user's.
    func absences(stored: [Reference]) -> [String] {
        var warnings: [String] = []
        if collection.unread > 0 {
            warnings.append(
                "\(TimeText.counted(Int64(collection.unread), "page")) in Meta's list could not be "
                    + "read"
            )
        }
        let selected = selectedPages.filter { !collection.contains($0) }.sorted()
        if !selected.isEmpty {
            let cause =
                (inspection?.scopes ?? user.metadata.scopes)?.contains("business_management")
                    == false
                ? "\(user.reference) lacks the scope business_management, which pages of a "
                    + "business need"
                : "they may belong to a business, or the user no longer has a role on them"
            warnings.append(
                "\(Self.list(selected)): selected in the login dialog, but not in Meta's list; "
                    + "\(cause); try to fetch them by ID: \(command) "
                    + selected.prefix(Self.listLimit).map(\.id).joined(separator: " "))
        }
        let gone = stored.filter { !collection.contains($0) && !selected.contains($0) }
        let unselected = gone.filter { isUnselected($0.id) }
        let others = gone.filter { !isUnselected($0.id) }
        if !unselected.isEmpty {
            warnings.append(
                "\(Self.list(unselected)): in the vault, but not selected when \(user.reference) "
                    + "last authorized the app; the stored token may no longer be valid")
        }
        if !others.isEmpty {
            warnings.append(
                "\(Self.list(others)): in the vault, but no longer in Meta's list; the stored "
                    + "token may no longer be valid; run "
                    + "`\(world.command("tokenvault check --online"))` to find out")
        }
        return warnings
    }

    /// Returns whether the user gave the app access to selected pages, and not to this one.
    func isUnselected(_ page: String) -> Bool {
        guard let selected = inspection?.granularScopes["pages_show_list"] else { return false }
        return !selected.contains(page)
    }

    /// The pages that the user selected for the app in the login dialog.
    private var selectedPages: [Reference] {
        let ids = (inspection?.granularScopes ?? [:]).filter { $0.key.hasPrefix("pages_") }
        return Set(ids.values.joined()).compactMap { Reference(.page, $0) }
    }

    private func words(for page: GraphPage) -> String {
        let name = page.name.map { " (\(DisplayText.clean($0)))" } ?? ""
        return "no token for page:\(DisplayText.clean(page.id))\(name): \(cause(of: page))"
    }

    private func cause(of page: GraphPage) -> String {
        if isUnselected(page.id) { return Self.unselectedCause }
        let tasks = page.tasks.map { $0.isEmpty ? "none" : $0.joined(separator: " ") }
        let clause =
            tasks.map { "your tasks there (\(DisplayText.clean($0))) are not enough" }
            ?? "your role there is not enough"
        return "\(clause), or its business requires two-factor authentication"
    }

    /// Why a page that was not selected has no token.
    static let unselectedCause = "it was not selected when the user authorized the app"

    /// Which tokens of other users were kept, and which were replaced.
    private var rivalries: [String] {
        func byToken(_ rivals: [PageCollection.Rival]) -> [(token: String, pages: [Reference])] {
            Dictionary(grouping: rivals) { $0.owner }
                .map { owner, rivals in (Self.token(of: owner), rivals.map(\.page)) }
                .sorted { $0.token < $1.token }
        }
        return byToken(collection.kept).map { token, pages in
            "\(Self.list(pages)): kept the \(token), which can do more or lasts longer than the "
                + "one of \(user.reference); to use that one, first run "
                + "`\(world.command("tokenvault remove \(pages[0])"))`"
        }
            + byToken(collection.replaced).map { token, pages in
                "\(Self.list(pages)): the \(token) was replaced by the one of \(user.reference)"
            }
    }

    private static func token(of owner: Reference?) -> String {
        owner.map { "token of \($0)" } ?? "token that was stored"
    }

    /// The number of pages that a warning lists.
    private static let listLimit = 20

    private static func list(_ pages: [Reference]) -> String {
        let more = pages.count - listLimit
        return pages.prefix(listLimit).map(\.description).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }
}
