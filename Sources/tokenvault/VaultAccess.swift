import Vault

/// Which vault a command works on, and what it was told about opening it.
struct VaultAccess: Sendable {
    var path: String?
    var passphraseFile: String?
    var passphraseDescriptor: String?
    var keyFile: String?
    var noInput = false

    /// The vault's path: the option, `TOKENVAULT_FILE`, or the place that the XDG rules give it.
    func resolvedPath(in world: World) throws -> String {
        if let path {
            guard !path.isEmpty else { throw Failure.usage("--vault needs a path") }
            return path
        }
        if let path = world.variable("TOKENVAULT_FILE") { return path }
        // A relative XDG_DATA_HOME is to be ignored, says its specification.
        if let data = world.variable("XDG_DATA_HOME"), data.hasPrefix("/") {
            return "\(data)/tokenvault/vault"
        }
        guard let home = world.variable("HOME") else {
            throw Failure.usage(
                "no place for the vault is known: HOME is not set; name it with --vault")
        }
        return "\(home)/.local/share/tokenvault/vault"
    }

    /// Opens the vault with the first key that is offered.
    func unlock(in world: World) throws -> UnlockedVault {
        let path = try resolvedPath(in: world)
        // A missing or damaged file is said before anybody is asked for a passphrase.
        _ = try VaultFile(path: path)
        return try UnlockedVault(path: path, key: try Unlocking(self, world: world).key(for: path))
    }
}
