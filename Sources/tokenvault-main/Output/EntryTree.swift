import Console
import Entries
import Vault

/// Entries ordered by where they come from: an app, the tokens issued to it, and the page tokens
/// made from these.
struct EntryTree {
    private let entries: [Entry]
    private let children: [String: [Entry]]

    init(_ entries: [Entry]) {
        self.entries = entries
        let stored = Set(entries.map(\.reference.description))
        children = Dictionary(grouping: entries) { entry in
            Self.origins(of: entry).first { stored.contains($0) } ?? ""
        }
    }

    /// The entries, each with the branch to draw before it.
    var rows: [(branch: String, entry: Entry)] { rows(below: "", branch: "", isRoot: true) }

    private func rows(
        below parent: String, branch: String, isRoot: Bool
    ) -> [(branch: String, entry: Entry)] {
        let entries = children[parent] ?? []
        return entries.enumerated().flatMap { index, entry in
            let isLast = index == entries.count - 1
            let ownBranch = isRoot ? "" : branch + (isLast ? "└─ " : "├─ ")
            let childBranch = isRoot ? "" : branch + (isLast ? "   " : "│  ")
            return [(ownBranch, entry)]
                + rows(below: entry.reference.description, branch: childBranch, isRoot: false)
        }
    }

    /// Returns the possible origins of an entry, the nearest first.
    ///
    /// Their kind is always nearer to the app, so that no entry can be its own origin.
    private static func origins(of entry: Entry) -> [String] {
        let reference = entry.reference
        let base = Reference(reference.kind, reference.id)
        if reference.suffix != nil { return base.map { [$0.description] } ?? [] }
        let candidates: [Reference?] =
            switch reference.kind {
            case .app, .instagramApp, .threadsApp: []
            case .client: [Reference(.app, reference.id)]
            case .user, .system, .pending, .instagram, .threads: [entry.metadata.app]
            default: [entry.metadata.user, entry.metadata.app]
            }
        let apps: [Reference.Kind] = [.app, .instagramApp, .threadsApp]
        let issuedToApps: [Reference.Kind] = [
            .user, .system, .client, .pending, .instagram, .threads,
        ]
        let nearer = issuedToApps.contains(reference.kind) ? apps : [.user, .system] + apps
        return candidates.compactMap { $0 }.filter { nearer.contains($0.kind) && $0.suffix == nil }
            .map(\.description)
    }
}
