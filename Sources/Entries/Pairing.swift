package import Sodium
package import Vault

/// Why a token, its entry, an app and a command do not belong together.
package enum PairingError: Error {
    /// The stored token is for `platform`, so `next` stores it in another entry.
    case token(of: Reference, MetaPlatform, next: CommandText)
    /// The app is not on the `platform` of the token; `next` is the right command.
    case app(Reference, MetaPlatform, next: CommandText)
    /// The command or option is only for Facebook, and the entry is for `platform`.
    case facebookOnly(String, MetaPlatform, next: CommandText)
}

/// Every command that sends a token to Meta calls one of these functions before anything is sent.
///
/// The platforms do not accept each other's tokens, and a token that is sent to the wrong host is
/// in the wrong hands.
extension MetaPlatform {
    /// Returns the platform to which a stored token, its entry and its app belong.
    ///
    /// - Parameter app: The app that the user named, or `nil` for that of the entry.
    /// - Throws: ``PairingError`` if they belong to different platforms.
    package static func of(
        _ entry: Entry, _ token: SharedSecret, app: Reference? = nil
    ) throws(PairingError) -> MetaPlatform {
        let recognized = MetaPlatform(ofToken: token)
        let platform = MetaPlatform(entry) ?? recognized ?? .facebook
        if let recognized, recognized != platform {
            throw .token(
                of: entry.reference, recognized,
                next: recognized.addition(like: entry.reference))
        }
        try platform.require(app ?? entry.metadata.app)
        return platform
    }

    /// Returns the platform of a token that the user pasted for use with `app`.
    ///
    /// - Throws: ``PairingError`` if the app, which may be unknown, is on another platform.
    package static func of(
        pasted token: SharedSecret, app: Reference?
    ) throws(PairingError) -> MetaPlatform {
        let appPlatform = app.flatMap { MetaPlatform($0.kind) }
        let platform = MetaPlatform(ofToken: token) ?? appPlatform ?? .facebook
        try platform.require(app)
        return platform
    }

    /// Checks that a stored token, its entry and its app belong to Facebook.
    ///
    /// - Parameter command: The command that requires it, for the message.
    /// - Throws: ``PairingError`` otherwise.
    package static func requireFacebook(
        _ entry: Entry, _ token: SharedSecret, for command: String
    ) throws(PairingError) {
        let platform = try of(entry, token)
        guard platform == .facebook else {
            throw .facebookOnly(command, platform, next: list(.user))
        }
    }

    /// Checks that an argument does not name an entry of another platform than Facebook.
    ///
    /// - Throws: ``PairingError`` otherwise.
    package static func requireFacebook(
        _ text: String?, for command: String
    ) throws(PairingError) {
        guard let kind = text.flatMap(Reference.Kind.init(startOf:)),
            let platform = MetaPlatform(kind), platform != .facebook
        else { return }
        throw .facebookOnly(command, platform, next: list(kind.isApp ? .app : .user))
    }

    /// Checks that `app` is on this platform, if its kind is known.
    private func require(_ app: Reference?) throws(PairingError) {
        guard let app, let other = MetaPlatform(app.kind), other != self else { return }
        throw .app(app, self, next: Self.list(appKind))
    }

    /// Returns the command that stores a token of this platform, instead of `reference`.
    func addition(like reference: Reference) -> CommandText {
        // The ID of a pending entry is a time, and not that of an account.
        guard reference.kind != .pending, let own = Reference(accountKind, reference.id) else {
            return "tokenvault help add"
        }
        return "tokenvault add \(own)"
    }

    private static func list(_ kind: Reference.Kind) -> CommandText {
        "tokenvault list --kind \(kind)"
    }
}

extension Reference.Kind {
    /// Creates the known kind with which `text`, such as `app:ID` or `app:name`, starts, or returns
    /// `nil` if there is none.
    package init?(startOf text: String) {
        guard let kind = Self.addable.first(where: { text.hasPrefix("\($0):") }) else { return nil }
        self = kind
    }
}

extension Reference.Kind: CommandWord {
    package var textInCommand: String {
        Reference.Kind.addable.contains(self) ? description : "KIND"
    }
}
