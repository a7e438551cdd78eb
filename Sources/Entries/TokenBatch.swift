package import Sodium
package import Vault

/// Tokens of several references, for which the vault is read only once.
package struct TokenBatch {
    /// The reference that each text means, or the error if it means none.
    private var references: [String: Result<Reference, any Error>] = [:]
    private var found: [Reference: (entry: Entry, secret: SharedSecret)] = [:]

    /// Looks up all references in `texts`.
    ///
    /// - Throws: An error of the vault. Why a reference has no token is reported by
    ///   ``token(_:in:)``.
    package init(_ texts: some Sequence<String>, in vault: borrowing VaultReader) throws {
        let texts = Set(texts)
        var byName: [String: EntryByName] = [:]
        for text in texts {
            if let reference = DerivedToken(text)?.source ?? Reference(text: text) {
                references[text] = .success(reference)
                continue
            }
            do throws(EntryError) {
                byName[text] = try EntryByName(text)
            } catch {
                references[text] = .failure(error)
            }
        }
        try resolve(byName, in: vault)
        let wanted = references.values.compactMap { try? $0.get() }
        try vault.forEachRecord(named: wanted) { record in
            found[record.reference] = (
                Entry(reference: record.reference, metadata: try record.metadata()),
                SharedSecret(record.withSecret { Secret(copying: $0) })
            )
        }
    }

    private mutating func resolve(
        _ byName: [String: EntryByName], in vault: borrowing VaultReader
    ) throws {
        guard !byName.isEmpty else { return }
        var named: [EntryByName: [Reference]] = [:]
        try vault.forEachEntry { entry in
            if let name = EntryByName(entry) { named[name, default: []].append(entry.reference) }
        }
        for (text, name) in byName {
            do {
                references[text] = .success(try vault.reference(name) { named[$0] ?? [] })
            } catch let error as EntryError {
                references[text] = .failure(error)
            }
        }
    }

    /// Returns the token with the reference `text`, one of those that were looked up, and the entry
    /// that it comes from.
    ///
    /// - Throws: ``EntryError``.
    package func token(
        _ text: String, in vault: borrowing VaultReader
    ) throws -> (entry: Entry, token: SharedSecret) {
        guard let reference = try references[text]?.get() else {
            return try vault.token(text)
        }
        guard let (entry, secret) = found[reference] else {
            throw reference.kind.isKnown
                ? try vault.notFound(reference) : EntryError.unknown(reference.kind)
        }
        guard let derived = DerivedToken(text) else { return (entry, secret) }
        return (entry, derived.token(secret))
    }
}
