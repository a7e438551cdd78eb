import Platform
package import Sodium

/// The keys of unlocked vaults, in the kernel's keyring.
package struct Session: Sendable {
    /// Returns the data key for a vault ID, or `nil` if there is no session or the kernel does not
    /// allow keyrings.
    package var key: @Sendable ([UInt8]) -> SharedSecret?
    /// Stores a data key for a vault ID, for a number of seconds.
    package var keep: @Sendable (SharedSecret, [UInt8], UInt32) throws -> Void
    /// Ends the session of a vault and returns whether there was one.
    package var end: @Sendable ([UInt8]) throws -> Bool
    /// Ends the sessions of all vaults and returns how many there were.
    package var endAll: @Sendable () throws -> Int

    package static let live = Session(
        key: { vaultID in
            guard let key = try? SessionKeyring.read(description: description(vaultID)),
                key.count == AEAD.keyBytes
            else { return nil }
            return SharedSecret(key)
        },
        keep: { key, vaultID, seconds in
            try key.withSecret { key throws(SessionKeyring.Refused) in
                try SessionKeyring.store(key, description: description(vaultID), seconds: seconds)
            }
        },
        end: { try SessionKeyring.revoke(description: description($0)) },
        endAll: { try SessionKeyring.revokeAll(startingWith: prefix) })

    private static let prefix = "tokenvault:"

    private static func description(_ vaultID: [UInt8]) -> String {
        "\(prefix)\(hexadecimal(vaultID))"
    }
}
