package import Vault

/// The commands that a person is told to type next, as they have to be written for this vault: with
/// `--app` where there are several apps, with `--user` where there are several users, and with `--vault`
/// where one was named.
package struct NextStep: Sendable {
    private let apps: [Reference]
    private let users: [Reference]
    private let world: World?

    /// For a vault as it is once `added` are stored in it too; without a world `--vault` is left to whoever
    /// shows the commands.
    package init(
        in vault: borrowing VaultReader, for world: World? = nil, adding added: [Reference] = []
    ) throws {
        self.world = world
        func stored(_ kinds: [Reference.Kind]) throws -> [Reference] {
            let there = try kinds.flatMap { try vault.references(of: $0) }
            let all = there + added.filter { kinds.contains($0.kind) && !there.contains($0) }
            return all.filter { $0.suffix == nil }
        }
        apps = try stored([.app])
        users = try stored([.user, .system])
    }

    /// Gets a long-lived user token for `app`.
    package func exchange(for app: Reference?) -> String {
        guard let app else {
            return apps.count == 1
                ? command("tokenvault exchange")
                : apps.isEmpty ? "tokenvault help add" : "tokenvault help exchange"
        }
        guard apps.contains(app) else { return command("tokenvault add \(app)") }
        return apps.count == 1
            ? command("tokenvault exchange") : command("tokenvault exchange --app \(app)")
    }

    /// Finishes an exchange for `app`, whose secret need not be stored.
    package func resume(for app: Reference) -> String {
        apps == [app]
            ? command("tokenvault exchange --resume")
            : command("tokenvault exchange --resume --app \(app)")
    }

    /// Logs in to `app` in the browser.
    package func login(to app: Reference) -> String {
        apps == [app] ? command("tokenvault login") : command("tokenvault login --app \(app)")
    }

    /// Gets the pages of `user`, who need not be stored.
    package func pages(of user: Reference?, app: Reference?) -> String {
        let people = users.filter { $0.kind == .user }
        guard let user else {
            if people.isEmpty { return exchange(for: app) }
            return people.count == 1
                ? command("tokenvault pages") : command("tokenvault list --kind user")
        }
        guard users.contains(user) else { return exchange(for: app) }
        return user.kind == .user && people.count == 1
            ? command("tokenvault pages") : command("tokenvault pages --user \(user)")
    }

    /// Goes on after the token of `entry` was stored.
    package func following(_ entry: Entry) -> String {
        let app = entry.metadata.app
        switch entry.reference.kind {
        case .user, .system: return pages(of: entry.reference, app: app)
        case .pending: return app.map(resume) ?? "tokenvault help exchange"
        default: return command("tokenvault show \(entry.reference)")
        }
    }

    /// Gets a token in the place of that of `entry`.
    package func renewal(of entry: Entry) -> String {
        let metadata = entry.metadata
        // Without an app secret there is nothing to ask Meta with.
        if apps.isEmpty, Reference.Kind.addable.contains(entry.reference.kind) {
            return command("tokenvault add \(entry.reference) --replace")
        }
        return entry.reference.kind == .page
            ? pages(of: metadata.user, app: metadata.app) : exchange(for: metadata.app)
    }

    /// Asks Meta about the token of `reference`.
    package func check(_ reference: Reference) -> String {
        command("tokenvault check --online \(reference)")
    }

    /// Shows what Meta says of the token of `reference`.
    package func inspect(_ reference: Reference) -> String {
        command("tokenvault inspect \(reference)")
    }

    private func command(_ command: String) -> String { world?.command(command) ?? command }
}
