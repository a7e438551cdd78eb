package import Sodium
package import Vault

/// Tokens of several references, for which the vault is read only once.
package struct TokenBatch {
    /// A text that selects a token.
    private struct Selection {
        let derived: DerivedToken?
        /// The reference that the text selects, or why it selects none.
        var reference: Result<Reference, any Error>
        /// The index of the entry in `found`, or `nil` if it does not exist.
        var place: Int?
    }

    private struct Found {
        let entry: StoredEntry
        let secret: SharedSecret
        /// The token derived from the secret, if a text selects it.
        let derived: SharedSecret?
    }

    private var selections: [Selection] = []
    private var found: [Found] = []

    /// Looks up all references in `texts`.
    ///
    /// - Throws: An error of the vault. Why a reference has no token is reported by
    ///   ``token(_:in:)``.
    package init(_ texts: [String], in vault: borrowing VaultReader) throws {
        var names: [(index: Int, name: EntryByName)] = []
        for text in texts {
            let derived = DerivedToken(text)
            let reference: Result<Reference, any Error>
            if let parsed = derived?.source ?? Reference(text: text) {
                reference = .success(parsed)
            } else {
                do throws(EntryError) {
                    let name = try EntryByName(text)
                    names.append((selections.count, name))
                    reference = .failure(EntryError.noSuchName(name.kind, similar: []))
                } catch {
                    reference = .failure(error)
                }
            }
            selections.append(Selection(derived: derived, reference: reference))
        }
        try resolve(names, in: vault)
        try find(in: vault)
    }

    private mutating func resolve(
        _ names: [(index: Int, name: EntryByName)], in vault: borrowing VaultReader
    ) throws {
        guard !names.isEmpty else { return }
        var named: [EntryByName: [Reference]] = [:]
        try vault.forEachEntry { entry in
            if let name = EntryByName(entry) { named[name, default: []].append(entry.reference) }
        }
        var resolved: [EntryByName: Result<Reference, any Error>] = [:]
        for (index, name) in names {
            if resolved[name] == nil {
                do {
                    resolved[name] = .success(try vault.reference(name) { named[$0] ?? [] })
                } catch let error as EntryError {
                    resolved[name] = .failure(error)
                }
            }
            selections[index].reference = resolved[name] ?? selections[index].reference
        }
    }

    /// Reads the selected entries in one pass.
    private mutating func find(in vault: borrowing VaultReader) throws {
        var wanted: [(index: Int, reference: Reference)] = []
        for index in selections.indices {
            guard case .success(let reference) = selections[index].reference else { continue }
            wanted.append((index, reference))
        }
        wanted.sort { $0.reference < $1.reference }
        var next = 0
        try vault.forEachRecord(named: wanted.map(\.reference)) { record in
            let entry = try StoredEntry(record)
            var derived: DerivedToken?
            while next < wanted.count, wanted[next].reference <= entry.reference {
                if wanted[next].reference == entry.reference {
                    let index = wanted[next].index
                    selections[index].place = found.count
                    derived = derived ?? selections[index].derived
                }
                next += 1
            }
            let secret = SharedSecret(record.withSecret { Secret(copying: $0) })
            found.append(Found(entry: entry, secret: secret, derived: derived?.token(secret)))
        }
    }

    /// Returns the token that the text at `index` selects, and the entry that it comes from.
    ///
    /// - Throws: ``EntryError``.
    package func token(
        _ index: Int, in vault: borrowing VaultReader
    ) throws -> (entry: StoredEntry, token: SharedSecret) {
        let selection = selections[index]
        let reference = try selection.reference.get()
        guard let place = selection.place else {
            throw reference.kind.isKnown
                ? try vault.notFound(reference) : EntryError.unknown(reference.kind)
        }
        let found = found[place]
        let token = selection.derived == nil ? found.secret : found.derived ?? found.secret
        return (found.entry, token)
    }
}
