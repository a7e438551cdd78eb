import Entries
import Graph
import Sodium
import Vault

// An issued token is saved before any further request, and stays saved whatever fails.
extension TokenExchange {
    /// Saves a new token and removes the pending one that was exchanged for it.
    ///
    /// The new token is pending while its owner is unknown or has a valid token, which must not be
    /// replaced before Meta confirms that the new one is valid and belongs to the owner.
    func save(
        _ issued: IssuedToken, as owner: Reference?, expecting expected: Reference? = nil,
        replacing pending: (entry: Entry, token: SharedSecret)? = nil, machineID: String? = nil,
        otherwise remedy: UnsavedTokenError.Remedy
    ) throws -> Entry {
        let now = now()
        let app = app
        var stored: Entry?
        do {
            try vault.change(waiting: UnlockedVault.waitForIssuedToken) { reader in
                let old = try pending.flatMap { pending in
                    try reader.holds(pending.token, as: pending.entry.reference)
                        ? pending.entry.reference : nil
                }
                let isInUse = try owner.flatMap {
                    try reader.entryIfAny($0)?.entry.isAlive(at: now)
                }
                let name =
                    try (isInUse == true ? nil : owner) ?? old
                    ?? reader.freePendingReference(at: now)
                var changes = [
                    EntryChange(name) { old in
                        var metadata = (old ?? Metadata()).withNewSecret(at: now)
                        metadata.app = app
                        if name.kind == .pending { metadata.user = expected ?? metadata.user }
                        metadata.machineID = machineID ?? metadata.machineID
                        metadata.expiresAt = issued.lifetime.map { .at(now + $0) } ?? .unknown
                        stored = Entry(reference: name, metadata: metadata)
                        return .store(issued.token, metadata)
                    }
                ]
                if let old, old != name { changes.append(EntryChange(old) { _ in .remove }) }
                return changes
            }
        } catch {
            throw UnsavedTokenError(cause: error, remedy: remedy)
        }
        guard let stored else { throw NoReferenceError() }
        return stored
    }

    /// Moves a token that, according to Meta, is someone else's to a pending entry.
    func setAside(_ stored: Entry, _ token: SharedSecret) throws -> Entry {
        let now = now()
        var moved = stored
        try vault.change(waiting: UnlockedVault.waitForIssuedToken) { reader in
            moved = stored
            guard try reader.holds(token, as: stored.reference) else { return [] }
            let pending = Entry(
                reference: try reader.freePendingReference(at: now), metadata: stored.metadata)
            moved = pending
            return [
                EntryChange(stored.reference) { _ in .remove },
                EntryChange(pending.reference) { _ in .store(token, pending.metadata) },
            ]
        }
        return moved
    }
}
