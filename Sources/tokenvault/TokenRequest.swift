import Sodium
import Vault

/// One token on its way to standard output, and what is demanded of it.
struct TokenRequest {
    let reference: String
    var access = VaultAccess()
    var noLineFeed = false
    var header = false
    /// Seconds that it must live on.
    var validFor: Int64?
    var requiredScopes: [String] = []
    var allowExpired = false

    init(reference: String) {
        self.reference = reference
    }

    /// Looks the token up, checks what is demanded of it, and prints it.
    func run(in world: World) throws -> ExitStatus {
        let vault = try access.unlock(in: world)
        let (entry, token) = try find(in: vault)
        try check(entry, now: world.now())
        var line = Secret(minimumCapacity: token.count + 32)
        if header { line.append(Array("Authorization: Bearer ".utf8).span) }
        token.withBytes { line.append($0) }
        if !noLineFeed { line.append(UInt8(ascii: "\n")) }
        try line.withBytes { try world.terminal.writeOutput($0) }
        return .done
    }

    private func find(in vault: UnlockedVault) throws -> (Entry, SharedSecret) {
        if let derived = DerivedToken(reference) {
            let (entry, secret) = try vault.entry(derived.source)
            return (entry, derived.token(secret))
        }
        let (entry, secret) = try vault.entry(try EntrySelection(in: vault).reference(reference))
        if header, !entry.reference.kind.isToken {
            throw Failure.usage("\(entry.reference) is no access token, so it has no header")
        }
        return (entry, secret)
    }

    private func check(_ entry: Entry, now: Timestamp) throws {
        let status = EntryStatus(entry, at: now)
        if !allowExpired, status == .expired || status == .invalid {
            throw Failure(
                .tokenRefused, EntryWords.whyNot(entry, status: status, now: now),
                hint: EntryWords.renewal(of: entry.reference))
        }
        for scope in requiredScopes where entry.metadata.scopes?.contains(scope) != true {
            let isKnown = entry.metadata.scopes != nil
            throw Failure(
                .tokenRefused,
                isKnown
                    ? "\(entry.reference) lacks a scope that is required"
                    : "which scopes \(entry.reference) has is not known",
                hint: isKnown ? nil : "tokenvault check --online \(entry.reference)")
        }
        guard let validFor, entry.reference.kind.isToken else { return }
        if entry.metadata.expiresAt == .unknown {
            throw Failure(
                .expiring, "when \(entry.reference) expires is not known",
                hint: "tokenvault check --online \(entry.reference)")
        }
        if EntryStatus(entry, at: now, within: validFor) == .expiring {
            throw Failure(
                .expiring, "\(entry.reference) expires within the time asked for",
                hint: EntryWords.renewal(of: entry.reference))
        }
    }
}

/// A token that is put together from a stored secret and never stored itself.
struct DerivedToken {
    let source: Reference

    /// `app-token:<app id>` or `client-token:<app id>`; nil for other references.
    init?(_ text: String) {
        if text.hasPrefix("app-token:") {
            guard let app = Reference(.app, String(text.dropFirst("app-token:".count))) else {
                return nil
            }
            source = app
        } else if text.hasPrefix("client-token:") {
            guard let client = Reference(.client, String(text.dropFirst("client-token:".count)))
            else { return nil }
            source = client
        } else {
            return nil
        }
    }

    /// `<app id>|<secret>`.
    func token(_ secret: SharedSecret) -> SharedSecret {
        var token = Secret(copying: Array("\(source.id)|".utf8).span)
        secret.withBytes { token.append($0) }
        return SharedSecret(token)
    }
}
