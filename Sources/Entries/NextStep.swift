package import Vault

/// The commands that a person is told to type next, as they have to be written for this vault: with
/// `--app` where there are several apps, and with `--user` where there are several users.
package struct NextStep: Sendable {
    private let apps: [Reference]
    private let users: [Reference]
    private let complete: @Sendable (CommandText) -> CommandText

    /// For a vault as it is once `added` are stored in it too; `complete` adds what each command needs
    /// besides, such as `--vault`.
    package init(
        in vault: borrowing VaultReader, adding added: [Reference] = [],
        completing complete: @escaping @Sendable (CommandText) -> CommandText = { $0 }
    ) throws {
        self.complete = complete
        func stored(_ kinds: [Reference.Kind]) throws -> [Reference] {
            let there = try kinds.flatMap { try vault.references(of: $0) }
            let all = there + added.filter { kinds.contains($0.kind) && !there.contains($0) }
            return all.filter { $0.suffix == nil }
        }
        apps = try stored([.app])
        users = try stored([.user, .system])
    }

    /// Gets a long-lived user token for `app`.
    package func exchange(for app: Reference?) -> CommandText {
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
    package func resume(for app: Reference) -> CommandText {
        apps == [app]
            ? command("tokenvault exchange --resume")
            : command("tokenvault exchange --resume --app \(app)")
    }

    /// Logs in to `app` in the browser.
    package func login(to app: Reference) -> CommandText {
        apps == [app] ? command("tokenvault login") : command("tokenvault login --app \(app)")
    }

    /// Gets the pages of `user`, who need not be stored.
    package func pages(of user: Reference?, app: Reference?) -> CommandText {
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
    package func following(_ entry: Entry) -> CommandText {
        let app = entry.metadata.app
        switch entry.reference.kind {
        case .user, .system: return pages(of: entry.reference, app: app)
        case .pending: return app.map(resume) ?? "tokenvault help exchange"
        default: return command("tokenvault show \(entry.reference)")
        }
    }

    /// Gets a token in the place of that of `entry`.
    package func renewal(of entry: Entry) -> CommandText {
        let metadata = entry.metadata
        // Without an app secret there is nothing to ask Meta with.
        if apps.isEmpty, Reference.Kind.addable.contains(entry.reference.kind) {
            return command("tokenvault add \(entry.reference) --replace")
        }
        return entry.reference.kind == .page
            ? pages(of: metadata.user, app: metadata.app) : exchange(for: metadata.app)
    }

    /// Asks Meta about the token of `reference`.
    package func check(_ reference: Reference) -> CommandText {
        command("tokenvault check --online \(reference)")
    }

    /// Shows what Meta says of the token of `reference`.
    package func inspect(_ reference: Reference) -> CommandText {
        command("tokenvault inspect \(reference)")
    }

    private func command(_ command: CommandText) -> CommandText { complete(command) }
}
