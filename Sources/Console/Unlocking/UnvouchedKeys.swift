/// The words about machine keys that the vault's owner did not add to its present state.
package struct UnvouchedKeys {
    package let names: [String]
    package let access: VaultAccess

    /// Nil when there are none.
    package init?(_ names: [String], access: VaultAccess) {
        if names.isEmpty { return nil }
        self.names = names
        self.access = access
    }

    /// One line about all of them.
    package var warning: String {
        let removal = access.command("tokenvault key remove \(names[0])")
        return "\(error.subject) added by an earlier version, or planted"
            + (removal.map { "; to shut \(names.count == 1 ? "it" : "them") out: \($0)" } ?? "")
    }

    /// What `verify` ends with.
    package var error: UnvouchedKeysError { UnvouchedKeysError(names) }

    /// A line for each once it was shut out, with the way back in.
    package var shutOut: [String] {
        names.map { name in
            let addition = access.command("tokenvault key add \(name) \(name).key")
            return "the machine key \(name) no longer opens the vault: it was added by an earlier "
                + "version, or planted" + (addition.map { "; if it is yours: \($0)" } ?? "")
        }
    }
}
