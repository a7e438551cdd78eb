package import Sodium
internal import Synchronization
package import Vault

/// The keys that open the states of one vault, which may be of several epochs.
///
/// A passphrase costs a key derivation for each epoch. That must not happen while a lock is held, so
/// each data key is kept once it is known, with its epoch: each epoch has a data key of its own, and
/// whoever has an earlier one, such as a removed machine, can write any epoch into a header.
package final class KeyRing: Sendable {
    private struct DataKey {
        let secret: SharedSecret
        /// The epoch, or `nil` until a file on this machine tells.
        var epoch: UInt64?
    }

    /// Where a file comes from.
    enum Origin {
        case machine
        case store
    }

    private let keys: Mutex<[VaultFile.Key]>
    private let dataKeys: Mutex<[DataKey]>

    /// Creates a key ring.
    package init(_ key: VaultFile.Key) {
        keys = Mutex([key])
        dataKeys = Mutex([])
    }

    /// Creates a key ring with what opened the vault.
    package convenience init(of vault: UnlockedVault) {
        self.init(vault.key)
        dataKeys.withLock { $0 = [DataKey(secret: vault.dataKey, epoch: vault.epoch)] }
    }

    /// Adds the data key of an epoch, as before a new one is committed.
    func add(_ dataKey: SharedSecret, ofEpoch epoch: UInt64) {
        dataKeys.withLock { $0.append(DataKey(secret: dataKey, epoch: epoch)) }
    }

    /// Adds the data key of a session, which opens files on this machine.
    package func add(ofSession dataKey: SharedSecret) {
        dataKeys.withLock { $0.append(DataKey(secret: dataKey, epoch: nil)) }
    }

    /// Adds what opens states of another epoch.
    package func add(_ key: VaultFile.Key) {
        keys.withLock { $0.append(key) }
    }

    /// Opens a vault file with a data key that is known, or with one of the keys of the ring.
    ///
    /// - Throws: `VaultError` if none of them opens it: that of the first key.
    func open(_ bytes: [UInt8], from origin: Origin) throws -> VaultReader {
        let file = try VaultFile(bytes: bytes)
        let epoch = file.header.epoch
        for dataKey in dataKeys.withLock({ $0 }) {
            guard dataKey.epoch != nil || origin == .machine,
                let checked = file.check(dataKey.secret)
            else { continue }
            guard dataKey.epoch ?? epoch == epoch else { throw VaultError.damaged(.headerMAC) }
            if dataKey.epoch == nil { add(dataKey.secret, ofEpoch: epoch) }
            return try file.unlock(with: .checkedDataKey(checked))
        }
        var first: VaultError?
        for key in keys.withLock({ $0 }) {
            switch key {
            case .passphrase, .machineKey: break
            // Known above, if it is of this file's epoch.
            case .dataKey, .checkedDataKey: continue
            }
            do {
                let reader = try VaultFile(bytes: bytes).unlock(with: key)
                add(reader.dataKey, ofEpoch: epoch)
                return reader
            } catch let error as VaultError {
                first = first ?? error
            }
        }
        throw first ?? VaultError.wrongDataKey
    }
}
