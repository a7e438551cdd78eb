import ArgumentParser
import Console
import Entries
import Vault

struct Add: LocalCommand, StoringCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Store an app secret or a token.",
        discussion: """
            Prompts for the secret without showing it, or reads it from standard input if that is not a \
            terminal. Secrets are never given as arguments.

            Example:
              tokenvault add app:1234567890123456
            """)

    @Argument(
        help: ArgumentHelp(
            """
            app:ID, user:ID, page:ID, system:ID, client:ID (a client token), instagram:ID, \
            threads:ID, instagram-app:ID or threads-app:ID.
            """, valueName: "ref"),
        completion: .references())
    var reference: String

    @Option(help: "A name for the entry.")
    var name: String?

    @Option(
        help: ArgumentHelp("The app that the token was issued for.", valueName: "ref"),
        completion: .references(.app, .instagramApp, .threadsApp))
    var app: String?

    @Option(
        help: ArgumentHelp("The user whose token it was derived from.", valueName: "ref"),
        completion: .references(.user, .system))
    var user: String?

    @Option(
        help: ArgumentHelp(
            "When it expires: an RFC 3339 time, a date, a time span such as 60d, or never.",
            valueName: "when"))
    var expires: String?

    @Flag(help: "Replace the secret of an existing entry.")
    var replace = false

    @OptionGroup var changes: ChangeOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run(in world: World) throws -> ExitStatus {
        let reference = try addable()
        let platform = MetaPlatform(reference.kind) ?? .facebook
        guard user == nil || platform == .facebook else {
            throw PairingError.facebookOnly("--user", platform, next: "tokenvault help add")
        }
        let now = world.now()
        let expiry = try expiry(now: now)
        let name = try EntryName.checked(name)
        let vault = try vault.access.unlock(in: world)
        let (app, user) = try vault.read { reader in
            (
                try related(self.app, kinds: [platform.appKind], option: "--app", in: reader),
                try related(self.user, kinds: [.user, .system], option: "--user", in: reader)
            )
        }
        if !replace, try vault.read({ try $0.entryIfAny(reference) != nil }) {
            throw VaultError.entryExists(reference)
        }
        let secret = try SecretInput(world: world, noInput: self.vault.noInput)
            .read(
                "\(Self.noun(for: reference.kind)) for \(reference): ",
                for: PastedSecret(reference))

        var stored = Metadata()
        try vault.change { _ in
            [
                EntryChange(reference) { old in
                    guard old == nil || replace else { throw VaultError.entryExists(reference) }
                    stored = (old ?? Metadata()).withNewSecret(at: now)
                    if let name { stored.choose(name: name) }
                    stored.app = app ?? stored.app
                    stored.user = user ?? stored.user
                    stored.expiresAt = expiry
                    return .store(secret, stored)
                }
            ]
        }
        let entry = Entry(reference: reference, metadata: stored)
        if expiry.isOver(at: now) {
            output.warn("according to --expires, \(reference) has already expired", in: world)
        }
        if output.json {
            try world.terminal.printJSON(entry, status: EntryStatus(entry, at: now))
        } else {
            output.note("stored \(reference)", in: world)
        }
        return .done
    }

    private func addable() throws -> Reference {
        guard let reference = Reference(text: reference), reference.suffix == nil,
            Reference.Kind.addable.contains(reference.kind)
        else {
            throw AddMessage.notAddable
        }
        return reference
    }

    private func expiry(now: Timestamp) throws -> Expiry {
        guard let expires else { return .unknown }
        if expires == "never" { return .never }
        guard let moment = TimeWords.moment(expires, now: now) else { throw MomentMessage.expiry }
        return .at(moment)
    }

    /// Returns a reference to another entry, which need not exist; an ID alone is of the first kind.
    private func related(
        _ text: String?, kinds: [Reference.Kind], option: String, in vault: borrowing VaultReader
    ) throws -> Reference? {
        guard let text else { return nil }
        let reference = try Reference(kinds[0], text) ?? vault.reference(text)
        if let platform = MetaPlatform(kinds[0]), kinds[0].isApp, reference.kind.isApp,
            reference.kind != platform.appKind
        {
            throw PairingError.app(
                reference, platform, next: "tokenvault list --kind \(platform.appKind)")
        }
        guard kinds.contains(reference.kind), reference.suffix == nil else {
            throw AddMessage.otherKind(kinds[0], option: OptionName(option))
        }
        return reference
    }

    private static func noun(for kind: Reference.Kind) -> String {
        switch kind {
        case .app, .instagramApp, .threadsApp: "App secret"
        case .client: "Client token"
        default: "Token"
        }
    }
}
