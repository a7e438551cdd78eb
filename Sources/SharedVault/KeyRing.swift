internal import Sodium
internal import Synchronization
package import Vault

/// The keys that open the states of one vault, which may be of several epochs.
///
/// A passphrase costs a key derivation for each epoch. That must not happen while a lock is held, so
/// each data key is kept once it is known.
package final class KeyRing: Sendable {
    private let key: VaultFile.Key
    private let dataKeys: Mutex<[SharedSecret]>

    /// Creates a key ring.
    ///
    /// - Parameter key: What opens the vault.
    package init(_ key: VaultFile.Key) {
        self.key = key
        dataKeys = Mutex([])
    }

    /// Opens a vault file with a data key that is known, or with what the ring was created with.
    ///
    /// - Throws: `VaultError` if neither opens it.
    func open(_ bytes: [UInt8]) throws -> VaultReader {
        let file = try VaultFile(bytes: bytes)
        for dataKey in dataKeys.withLock({ $0 }) {
            if let checked = file.check(dataKey) {
                return try file.unlock(with: .checkedDataKey(checked))
            }
        }
        let reader = try file.unlock(with: key)
        let dataKey = reader.dataKey
        dataKeys.withLock { $0.append(dataKey) }
        return reader
    }
}
