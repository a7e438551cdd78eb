/// Messages about machine keys that the vault's owner did not add to its current state.
package struct UnvouchedKeys {
    package let names: [String]
    package let access: VaultAccess

    /// Creates the messages for keys of these names, or returns `nil` if there are none.
    package init?(_ names: [String], access: VaultAccess) {
        if names.isEmpty { return nil }
        self.names = names
        self.access = access
    }

    /// A warning, on one line, about all of them.
    package var warning: String {
        let removal = access.command("tokenvault key remove \(names[0])")
        return "\(error.subject) added by an earlier version or planted by someone else"
            + (removal.map { "; to remove \(names.count == 1 ? "it" : "them"): \($0)" } ?? "")
    }

    /// The error that `verify` reports.
    package var error: UnvouchedKeysError { UnvouchedKeysError(names) }

    /// A line about each key that was removed, with the command that adds it again.
    package var shutOut: [String] {
        names.map { name in
            let addition = access.command("tokenvault key add \(name) \(name).key")
            return "the machine key \(name) no longer opens the vault: it was added by an earlier "
                + "version or planted by someone else"
                + (addition.map { "; if it is yours, add it again: \($0)" } ?? "")
        }
    }
}
