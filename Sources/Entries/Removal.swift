package import Vault

/// Entries to remove, and the entries that depend on them.
package struct Removal {
    /// The entries to remove, sorted and without duplicates.
    package let references: [Reference]
    /// The entries that remain, but were made with one of those to remove.
    package let dependents: [Reference]

    /// Finds the entries that `texts` select, all of which must exist.
    package init(of texts: [String], in vault: borrowing VaultReader) throws {
        let named = Set(try texts.map { try vault.reference($0) })
        let entries = try vault.entries()
        let missing = named.subtracting(entries.map(\.reference)).min()
        if let missing { throw try vault.notFound(missing) }
        references = named.sorted()
        dependents = entries.filter { entry in
            let origins = [entry.metadata.app, entry.metadata.user]
            // The previous secret, or a new token with which a refresh could not replace it.
            let belongs = named.contains {
                $0.kind == entry.reference.kind && $0.id == entry.reference.id && $0.suffix == nil
            }
            return !named.contains(entry.reference)
                && (belongs || origins.contains { $0.map(named.contains) == true })
        }.map(\.reference)
    }
}
