package import Vault

/// Entries that are to go, and those that would miss them.
package struct Removal {
    /// In order, each once.
    package let references: [Reference]
    /// What stays and was made with one of them.
    package let dependents: [Reference]

    /// What `texts` name, all of which must be there.
    package init(of texts: [String], in vault: borrowing VaultReader) throws {
        let named = Set(try texts.map { try vault.reference($0) })
        let entries = try vault.entries()
        let missing = named.subtracting(entries.map(\.reference)).min()
        if let missing { throw try vault.notFound(missing) }
        references = named.sorted()
        dependents = entries.filter { entry in
            let origins = [entry.metadata.app, entry.metadata.user]
            // Its previous secret, or a new token that a refresh could not put in its place.
            let belongs = named.contains {
                $0.kind == entry.reference.kind && $0.id == entry.reference.id && $0.suffix == nil
            }
            return !named.contains(entry.reference)
                && (belongs || origins.contains { $0.map(named.contains) == true })
        }.map(\.reference)
    }
}
