package import Sodium
internal import Synchronization
package import Vault

/// The keys that open the states of one vault, which may be of several epochs.
///
/// A passphrase costs a key derivation for each epoch. That must not happen while a lock is held, so
/// each data key is kept once it is known.
package final class KeyRing: Sendable {
    private let keys: Mutex<[VaultFile.Key]>
    private let dataKeys: Mutex<[SharedSecret]>

    /// Creates a key ring.
    ///
    /// - Parameters:
    ///   - key: What opens the vault.
    ///   - dataKey: The data key, if it is known already.
    package init(_ key: VaultFile.Key, knowing dataKey: SharedSecret? = nil) {
        keys = Mutex([key])
        dataKeys = Mutex([dataKey].compactMap(\.self))
    }

    /// Adds a data key, as before a new epoch is committed.
    package func add(_ dataKey: SharedSecret) {
        dataKeys.withLock { $0.append(dataKey) }
    }

    /// Adds what opens states of another epoch.
    package func add(_ key: VaultFile.Key) {
        keys.withLock { $0.append(key) }
    }

    /// Opens a vault file with a data key that is known, or with one of the keys of the ring.
    ///
    /// - Throws: `VaultError` if none of them opens it: that of the first key.
    func open(_ bytes: [UInt8]) throws -> VaultReader {
        let file = try VaultFile(bytes: bytes)
        for dataKey in dataKeys.withLock({ $0 }) {
            if let checked = file.check(dataKey) {
                return try file.unlock(with: .checkedDataKey(checked))
            }
        }
        var first: VaultError?
        for key in keys.withLock({ $0 }) {
            do {
                let reader = try VaultFile(bytes: bytes).unlock(with: key)
                let dataKey = reader.dataKey
                dataKeys.withLock { $0.append(dataKey) }
                return reader
            } catch let error as VaultError {
                first = first ?? error
            }
        }
        throw first ?? VaultError.wrongDataKey
    }
}
