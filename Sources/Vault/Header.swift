public import Sodium

/// The unencrypted beginning of a vault file (SECURITY.md, "Header").
public struct Header: Equatable, Sendable {
    /// The maximum size of a header, including the `mac` line, in bytes.
    static let limit = 65_536
    /// The maximum number of machine keys.
    public static let keySlotLimit = 64

    /// The vault's ID: 16 random bytes that never change.
    public var vaultID: [UInt8]
    /// A number that grows whenever the data key is replaced.
    public var epoch: UInt64
    /// The vault's own X25519 public key, which vouches for machine slots.
    public var publicKey: [UInt8]
    /// A number that grows with every save.
    public var generation: UInt64
    /// The slot that the passphrase opens.
    public var passphraseSlot: PassphraseSlot
    /// The slots that machine keys open, in the order in which they were added.
    public var machineSlots: [MachineSlot]

    /// The data key and the vault's private key, wrapped with the passphrase.
    public struct PassphraseSlot: Equatable, Sendable {
        /// The cost of Argon2id.
        public var cost: PassphraseKey.Cost
        /// 16 random bytes, new whenever the keys are wrapped.
        public var salt: [UInt8]
        /// The wrapped keys: 80 bytes.
        public var wrapped: [UInt8]
    }

    /// The data key, boxed for one machine.
    public struct MachineSlot: Equatable, Sendable {
        /// The name of the machine key.
        public var name: String
        /// The machine's X25519 public key.
        public var publicKey: [UInt8]
        /// A nonce of 24 bytes and a box of 120 bytes.
        public var sealed: [UInt8]
    }

    /// The line `vault …` including its newline, to which the passphrase slot is bound.
    var vaultLine: String {
        "vault \(base64(vaultID)) \(epoch) \(base64(publicKey))\n"
    }

    /// The bytes that the MAC covers: everything before the `mac` line.
    var authenticated: [UInt8] {
        var text = "tokenvault/1\n" + vaultLine
        text += "generation \(generation)\n"
        text += passphraseSlot.lineBeforeWrapped + " \(base64(passphraseSlot.wrapped))\n"
        for slot in machineSlots {
            text += "key x25519 \(slot.name) \(base64(slot.publicKey)) \(base64(slot.sealed))\n"
        }
        return Array(text.utf8)
    }

    /// Returns whether `text` is a valid name for a machine key: `[a-z0-9][a-z0-9._-]{0,63}`.
    public static func isKeyName(_ text: some StringProtocol) -> Bool {
        let name = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return (1...64).contains(name.count) && isAlphanumeric(name[0])
            && name.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }
}

extension Header.PassphraseSlot {
    /// The limits on the cost, which are checked before any memory is allocated.
    static let opslimits: ClosedRange<UInt64> = 1...16
    static let memlimits: ClosedRange<UInt64> = 65_536...1_048_576

    /// The bytes of the passphrase line before its last space.
    var lineBeforeWrapped: String {
        "passphrase argon2id \(cost.opslimit) \(cost.memlimitKiB) \(base64(salt))"
    }
}

private func base64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes.span), as: UTF8.self)
}
