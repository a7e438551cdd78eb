package import Sodium
package import Vault

/// One token on its way to standard output.
package struct TokenRequest {
    package let reference: String
    package var access = VaultAccess()
    package var noNewline = false
    package var header = false
    package var requirements = TokenRequirements()

    package init(reference: String) {
        self.reference = reference
    }

    /// Looks the token up, checks what is demanded of it, and prints it.
    package func run(in world: World) throws -> ExitStatus {
        // A form that cannot be one is told before anybody is asked for a passphrase.
        guard Reference.isPlausible(reference) else { throw Failure.notAReference }
        let now = world.now()
        let token = try access.read(in: world) { vault in
            let (entry, token) = try vault.token(reference)
            if header, !entry.reference.kind.isToken, !DerivedToken.isDerived(reference) {
                throw Failure.usage("\(entry.reference) is no access token, so it has no header")
            }
            try requirements.check(entry, in: vault, now: now)
            return token
        }
        var line = Secret(minimumCapacity: token.count + 32)
        if header { line.append(Array("Authorization: Bearer ".utf8).span) }
        token.withBytes { line.append($0) }
        if !noNewline { line.append(UInt8(ascii: "\n")) }
        try line.withBytes { try world.terminal.writeOutput($0) }
        return .done
    }
}

/// What a token must be like before it is given out.
package struct TokenRequirements {
    /// Seconds that it must live on.
    package var validFor: Int64?
    package var requiredScopes: [String] = []
    package var allowExpired = false

    package init(
        validFor: Int64? = nil, requiredScopes: [String] = [], allowExpired: Bool = false
    ) {
        self.validFor = validFor
        self.requiredScopes = requiredScopes
        self.allowExpired = allowExpired
    }

    /// Throws why the token does not serve.
    package func check(_ entry: Entry, in vault: borrowing VaultReader, now: Timestamp) throws {
        let status = EntryStatus(entry, at: now)
        if !allowExpired, status == .expired || status == .invalid {
            throw Failure(
                .tokenRefused, Self.whyNot(entry, status: status, now: now),
                hint: try NextStep(in: vault).renewal(of: entry))
        }
        for scope in requiredScopes where entry.metadata.scopes?.contains(scope) != true {
            let isKnown = entry.metadata.scopes != nil
            throw Failure(
                .tokenRefused,
                isKnown
                    ? "\(entry.reference) lacks a scope that is required"
                    : "which scopes \(entry.reference) has is not known",
                hint: isKnown
                    ? "tokenvault show \(entry.reference)"
                    : "tokenvault check --online \(entry.reference)")
        }
        guard let validFor, entry.reference.kind.isToken else { return }
        if entry.metadata.expiresAt == .unknown {
            throw Failure(
                .expiring, "when \(entry.reference) expires is not known",
                hint: "tokenvault check --online \(entry.reference)")
        }
        if EntryStatus(entry, at: now, within: validFor) != .ok {
            throw Failure(
                .expiring, "\(entry.reference) expires within the time asked for",
                hint: try NextStep(in: vault).renewal(of: entry))
        }
    }

    /// Why a token does not serve.
    private static func whyNot(_ entry: Entry, status: EntryStatus, now: Timestamp) -> String {
        let metadata = entry.metadata
        if status == .invalid {
            let reason = metadata.reason.map { ": \(DisplayText.clean($0))" } ?? ""
            return "\(entry.reference) is not valid\(reason)"
        }
        if case .at(let end) = metadata.expiresAt, end <= now {
            return "\(entry.reference) has expired, \(TimeText.distance(to: end, from: now))"
        }
        guard case .at(let end) = metadata.dataAccessExpiresAt else {
            return "\(entry.reference) has expired"
        }
        return "the data access of \(entry.reference) has expired, "
            + TimeText.distance(to: end, from: now)
    }
}

/// A token that is put together from a stored secret and never stored itself.
package struct DerivedToken {
    package let source: Reference

    private static let kinds: [(prefix: String, source: Reference.Kind)] = [
        ("app-token:", .app), ("client-token:", .client),
    ]

    /// `app-token:<app id>` or `client-token:<app id>`; nil for other references.
    package init?(_ text: String) {
        for (prefix, kind) in Self.kinds where text.hasPrefix(prefix) {
            guard let source = Reference(kind, String(text.dropFirst(prefix.count))) else {
                return nil
            }
            self.source = source
            return
        }
        return nil
    }

    package static func isDerived(_ text: String) -> Bool { DerivedToken(text) != nil }

    /// `<app id>|<secret>`.
    package func token(_ secret: SharedSecret) -> SharedSecret {
        var token = Secret(copying: Array("\(source.id)|".utf8).span)
        secret.withBytes { token.append($0) }
        return SharedSecret(token)
    }
}

extension VaultReader {
    /// The token that `text` names, stored or derived, and the entry that it comes from.
    package func token(_ text: String) throws -> (entry: Entry, token: SharedSecret) {
        if let derived = DerivedToken(text) {
            let (entry, secret) = try entry(derived.source)
            return (entry, derived.token(secret))
        }
        let (entry, secret) = try entry(try reference(text))
        return (entry, secret)
    }
}
