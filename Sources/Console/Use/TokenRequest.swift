package import Entries
import Sodium
package import Vault

/// A request to print a token on standard output.
package struct TokenRequest {
    package let reference: String
    package var access = VaultAccess()
    package var noNewline = false
    package var header = false
    package var requirements = TokenRequirements()
    /// How long ago the store of a shared vault may have been read, in seconds.
    package var maxStale: Int64?

    package init(reference: String) {
        self.reference = reference
    }

    /// Looks up the token, checks the requirements, and prints it.
    ///
    /// - Parameter vault: The vault, if it was unlocked before.
    package func run(in world: World, from vault: UnlockedVault? = nil) throws -> ExitStatus {
        // An invalid reference is reported before prompting for a passphrase.
        guard Reference.isPlausible(reference) else {
            throw EntryError.notAReference(nearestKind: nil)
        }
        if let maxStale { try access.requireRecentPull(maxStale, in: world) }
        let now = world.now()
        func find(_ vault: borrowing VaultReader) throws -> SharedSecret {
            let (entry, token) = try vault.token(reference)
            if header, !entry.reference.kind.isToken, !DerivedToken.isDerived(reference) {
                throw UseMessage.headerWithoutToken(entry.reference)
            }
            try requirements.check(entry, in: vault, now: now)
            return token
        }
        let token = try vault?.read { try find($0) } ?? access.read(in: world) { try find($0) }
        var line = Secret(minimumCapacity: token.count + 32)
        if header { line.append(Array("Authorization: Bearer ".utf8).span) }
        token.withBytes { line.append($0) }
        if !noNewline { line.append(UInt8(ascii: "\n")) }
        try line.withBytes { try world.terminal.writeOutput($0) }
        return .done
    }
}
