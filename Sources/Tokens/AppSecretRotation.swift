import Console
import Entries
import Sodium
import Vault

/// The changes of an app secret, each in one save.
struct AppSecretRotation {
    private let app: Reference
    private let vault: UnlockedVault
    private let now: Timestamp

    init(of app: Reference, in vault: UnlockedVault, now: Timestamp) {
        self.app = app
        self.vault = vault
        self.now = now
    }

    /// Stores a new secret; the one it replaces stays as `~previous`.
    ///
    /// The secret that is stored already changes nothing: the previous one would be lost for it.
    func store(_ secret: SharedSecret) throws {
        try vault.change { reader in
            let old = try reader.entry(app)
            guard !Self.isSame(secret, old.secret) else { return [] }
            return [put(secret, old.entry.metadata), try keep(old)]
        }
    }

    /// Whether `secret` is the one that is stored.
    func isStored(_ secret: SharedSecret) throws -> Bool {
        try vault.read { Self.isSame(secret, try $0.entry(app).secret) }
    }

    private static func isSame(_ one: SharedSecret, _ other: SharedSecret) -> Bool {
        one.withSecret { one in other.withSecret { one.isEqual(to: $0) } }
    }

    /// Exchanges the secret and the previous one.
    func undo() throws {
        try vault.change { reader in
            let current = try reader.entry(app)
            guard let previous = try reader.entryIfAny(try previousReference) else {
                throw Failure(.missing, "no previous secret of \(app) is kept")
            }
            return [put(previous.secret, current.entry.metadata), try keep(current)]
        }
    }

    /// Removes the previous secret.
    func forget() throws {
        let previous = try previousReference
        try vault.change { _ in
            [
                EntryChange(previous) { old in
                    guard old != nil else {
                        throw Failure(.missing, "no previous secret of \(app) is kept")
                    }
                    return .remove
                }
            ]
        }
    }

    private var previousReference: Reference {
        get throws {
            guard let previous = app.previous else {
                throw Failure(.internalFault, "no name for the previous secret")
            }
            return previous
        }
    }

    private func put(_ secret: SharedSecret, _ metadata: Metadata) -> EntryChange {
        var metadata = metadata
        metadata.changedAt = now
        return EntryChange(app) { _ in .store(secret, metadata) }
    }

    private func keep(_ old: (entry: Entry, secret: SharedSecret)) throws -> EntryChange {
        EntryChange(try previousReference) { _ in .store(old.secret, old.entry.metadata) }
    }
}
