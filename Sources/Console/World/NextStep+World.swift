package import Entries
package import Vault

extension NextStep {
    /// For a vault as it is once `added` are stored in it too, with the `--vault` that was given here.
    package init(
        in vault: borrowing VaultReader, for world: World, adding added: [Reference] = []
    ) throws {
        try self.init(in: vault, adding: added) { world.completed($0) }
    }
}
