internal import CSodium

/// Argon2id, `crypto_pwhash` with `crypto_pwhash_ALG_ARGON2ID13`.
public enum PassphraseKey {
    /// Bytes of a salt.
    public static let saltBytes = 16

    /// What a derivation costs.
    public struct Cost: Equatable, Sendable {
        /// Passes over the memory.
        public var opslimit: UInt64
        /// Memory in KiB.
        public var memlimitKiB: UInt64

        /// A cost as a vault's header names it.
        public init(opslimit: UInt64, memlimitKiB: UInt64) {
            self.opslimit = opslimit
            self.memlimitKiB = memlimitKiB
        }

        /// `crypto_pwhash_*_INTERACTIVE`.
        public static let interactive = Cost(opslimit: 2, memlimitKiB: 65_536)
        /// `crypto_pwhash_*_MODERATE`.
        public static let moderate = Cost(opslimit: 3, memlimitKiB: 262_144)
        /// `crypto_pwhash_*_SENSITIVE`.
        public static let sensitive = Cost(opslimit: 4, memlimitKiB: 1_048_576)
    }

    /// The memory that the derivation needs could not be had.
    public struct OutOfMemory: Error, Equatable {}

    /// 32 bytes that only who knows the passphrase can make again.
    ///
    /// The caller has checked the cost: this takes whatever memory it names.
    public static func derive(
        from passphrase: borrowing Secret, salt: [UInt8], cost: Cost
    ) throws(OutOfMemory) -> Secret {
        Libsodium.start()
        precondition(salt.count == saltBytes)
        var key = Secret.uninitialised(count: AEAD.keyBytes)
        let count = passphrase.count
        let status = unsafe key.withMutablePointer { key in
            unsafe passphrase.withPointer { passphrase in
                unsafe passphrase.withMemoryRebound(to: CChar.self, capacity: count) { text in
                    unsafe crypto_pwhash(
                        key, UInt64(AEAD.keyBytes), text, UInt64(count), salt,
                        cost.opslimit, Int(cost.memlimitKiB) * 1024,
                        crypto_pwhash_ALG_ARGON2ID13)
                }
            }
        }
        guard status == 0 else { throw OutOfMemory() }
        return key
    }
}
