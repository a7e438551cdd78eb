package import Vault

/// Suggestions for the next command.
///
/// The commands contain `--app` if the vault has several apps, and `--user` if it has several
/// users.
package struct NextStep: Sendable {
    /// The apps of all platforms.
    private let apps: [Reference]
    private let users: [Reference]
    private let complete: @Sendable (CommandText) -> CommandText

    /// Creates the suggestions for a vault to which `added` will be added.
    ///
    /// `complete` adds what every command needs, such as `--vault`.
    package init(
        in vault: borrowing VaultReader, adding added: [Reference] = [],
        completing complete: @escaping @Sendable (CommandText) -> CommandText = { $0 }
    ) throws {
        self.complete = complete
        func stored(_ kinds: [Reference.Kind]) throws -> [Reference] {
            let existing = try kinds.flatMap { try vault.references(of: $0) }
            let all = existing + added.filter { kinds.contains($0.kind) && !existing.contains($0) }
            return all.filter { $0.suffix == nil }
        }
        apps = try stored(MetaPlatform.allCases.map(\.appKind))
        users = try stored([.user, .system])
    }

    /// Returns the apps that `--app` can name for a token of the same platform as `app`.
    private func apps(like app: Reference?) -> [Reference] {
        let kind = app?.kind ?? .app
        return apps.filter { $0.kind == kind }
    }

    /// Returns the command that gets a long-lived token for `app`.
    package func exchange(for app: Reference?) -> CommandText {
        let apps = apps(like: app)
        guard let app else {
            return apps.count == 1
                ? command("tokenvault exchange")
                : apps.isEmpty ? "tokenvault help add" : "tokenvault help exchange"
        }
        guard apps.contains(app) else { return command("tokenvault add \(app)") }
        return apps.count == 1
            ? command("tokenvault exchange") : command("tokenvault exchange --app \(app)")
    }

    /// Returns the command that finishes an exchange for `app`, whose secret need not be stored.
    package func resume(for app: Reference) -> CommandText {
        apps(like: app) == [app] && app.kind == .app
            ? command("tokenvault exchange --resume")
            : command("tokenvault exchange --resume --app \(app)")
    }

    /// Returns the command that logs in to `app` in the browser.
    package func login(to app: Reference) -> CommandText {
        let login: CommandText =
            switch MetaPlatform(app.kind) {
            case .instagram: "tokenvault login --instagram"
            case .threads: "tokenvault login --threads"
            case .facebook, nil: "tokenvault login"
            }
        return apps(like: app) == [app] ? command(login) : command("\(login) --app \(app)")
    }

    /// Returns the command that gets the pages of `user`, whose token need not be stored.
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

    /// Returns the command to run after the token of `entry` was stored.
    package func following(_ entry: Entry) -> CommandText {
        let app = entry.metadata.app
        switch entry.reference.kind {
        case .user, .system: return pages(of: entry.reference, app: app)
        case .pending: return app.map(resume) ?? "tokenvault help exchange"
        default: return command("tokenvault show \(entry.reference)")
        }
    }

    /// Returns the command that replaces the token of `entry` with a new one.
    ///
    /// - Parameter isAlive: Whether the current token is valid, so that it can renew itself on
    ///   Instagram and Threads.
    package func renewal(of entry: Entry, isAlive: Bool = false) -> CommandText {
        let (reference, metadata) = (entry.reference, entry.metadata)
        if let platform = MetaPlatform(reference.kind), platform != .facebook {
            return isAlive && reference.kind.isToken
                ? command("tokenvault refresh \(reference)")
                : command("tokenvault add \(reference) --replace")
        }
        // Without an app secret, tokenvault cannot get a token from Meta.
        if apps(like: nil).isEmpty, Reference.Kind.addable.contains(reference.kind) {
            return command("tokenvault add \(reference) --replace")
        }
        return reference.kind == .page
            ? pages(of: metadata.user, app: metadata.app) : exchange(for: metadata.app)
    }

    /// Returns the command that stores a token of `reference` that the user has.
    package func addition(of reference: Reference) -> CommandText {
        command("tokenvault add \(reference)")
    }

    /// Returns the command that asks Meta about the token of `reference`.
    package func check(_ reference: Reference) -> CommandText {
        command("tokenvault check --online \(reference)")
    }

    /// Returns the command that shows what Meta reports about the token of `reference`.
    package func inspect(_ reference: Reference) -> CommandText {
        command("tokenvault inspect \(reference)")
    }

    private func command(_ command: CommandText) -> CommandText { complete(command) }
}
