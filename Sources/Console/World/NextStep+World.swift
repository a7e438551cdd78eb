package import Entries
package import Vault

extension NextStep {
    /// Creates the next steps for a vault to which `added` will be added.
    ///
    /// The commands contain the `--vault` option of this command line.
    package init(
        in vault: borrowing VaultReader, for world: World, adding added: [Reference] = []
    ) throws {
        try self.init(in: vault, adding: added) { world.completed($0) }
    }
}
