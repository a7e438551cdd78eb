internal import CSodium

/// Key derivation with Argon2id (`crypto_pwhash` with `crypto_pwhash_ALG_ARGON2ID13`).
public enum PassphraseKey {
    /// The size of a salt, in bytes.
    public static let saltBytes = 16

    /// The cost of a derivation.
    public struct Cost: Equatable, Sendable {
        /// The number of passes over the memory.
        public var opslimit: UInt64
        /// The amount of memory, in KiB.
        public var memlimitKiB: UInt64

        /// Creates a cost from the numbers in a vault's header.
        public init(opslimit: UInt64, memlimitKiB: UInt64) {
            self.opslimit = opslimit
            self.memlimitKiB = memlimitKiB
        }

        /// The cost `crypto_pwhash_*_INTERACTIVE`.
        public static let interactive = Cost(opslimit: 2, memlimitKiB: 65_536)
        /// The cost `crypto_pwhash_*_MODERATE`.
        public static let moderate = Cost(opslimit: 3, memlimitKiB: 262_144)
        /// The cost `crypto_pwhash_*_SENSITIVE`.
        public static let sensitive = Cost(opslimit: 4, memlimitKiB: 1_048_576)
    }

    /// The memory for the derivation could not be allocated.
    public struct OutOfMemory: Error, Equatable {}

    /// Derives 32 bytes that nobody can derive without the passphrase.
    ///
    /// The caller must check the cost: this uses as much memory as it says.
    public static func derive(
        from passphrase: borrowing Secret, salt: [UInt8], cost: Cost
    ) throws(OutOfMemory) -> Secret {
        Libsodium.start()
        precondition(salt.count == saltBytes)
        var key = Secret.uninitialized(count: AEAD.keyBytes)
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
