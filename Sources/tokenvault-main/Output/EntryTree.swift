import Console
import Entries
import Vault

/// Entries in the order of their provenance: an app, the tokens issued to it, and the pages' tokens
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

    /// The entries, each with the branch that leads to it.
    var rows: [(branch: String, entry: Entry)] { rows(below: "", branch: "", isRoot: true) }

    private func rows(
        below parent: String, branch: String, isRoot: Bool
    ) -> [(branch: String, entry: Entry)] {
        let entries = children[parent] ?? []
        return entries.enumerated().flatMap { index, entry in
            let isLast = index == entries.count - 1
            let own = isRoot ? "" : branch + (isLast ? "└─ " : "├─ ")
            let next = isRoot ? "" : branch + (isLast ? "   " : "│  ")
            return [(own, entry)]
                + rows(below: entry.reference.description, branch: next, isRoot: false)
        }
    }

    /// What it may have come from, the nearest first; always of a kind nearer to the app, so that
    /// nothing can come from itself.
    private static func origins(of entry: Entry) -> [String] {
        let reference = entry.reference
        let base = Reference(reference.kind, reference.id)
        if reference.suffix != nil { return base.map { [$0.description] } ?? [] }
        let candidates: [Reference?] =
            switch reference.kind {
            case .app: []
            case .client: [Reference(.app, reference.id)]
            case .user, .system, .pending: [entry.metadata.app]
            default: [entry.metadata.user, entry.metadata.app]
            }
        let nearer: [Reference.Kind] =
            [.user, .system, .client, .pending].contains(reference.kind)
            ? [.app] : [.user, .system, .app]
        return candidates.compactMap { $0 }.filter { nearer.contains($0.kind) && $0.suffix == nil }
            .map(\.description)
    }
}
