public import Sodium

/// The readable beginning of a vault file (SECURITY.md, "Header").
public struct Header: Equatable, Sendable {
    /// The most a header takes, the `mac` line included.
    static let limit = 65_536
    /// The most machine keys a vault takes.
    public static let keySlotLimit = 64

    /// 16 random bytes that stay the vault's for life.
    public var vaultID: [UInt8]
    /// Grows when the data key is made anew.
    public var epoch: UInt64
    /// The vault's own X25519 key, which vouches for machine slots.
    public var publicKey: [UInt8]
    /// Grows with each save.
    public var generation: UInt64
    /// The one slot that a passphrase opens.
    public var passphraseSlot: PassphraseSlot
    /// The slots that machine keys open, in order of addition.
    public var machineSlots: [MachineSlot]

    /// The data key and the vault's private key, wrapped by a passphrase.
    public struct PassphraseSlot: Equatable, Sendable {
        /// What Argon2id costs.
        public var cost: PassphraseKey.Cost
        /// 16 bytes, fresh at each wrapping.
        public var salt: [UInt8]
        /// 80 bytes.
        public var wrapped: [UInt8]
    }

    /// The data key, boxed for one machine.
    public struct MachineSlot: Equatable, Sendable {
        /// What the machine is called.
        public var name: String
        /// Its X25519 public key.
        public var publicKey: [UInt8]
        /// 24 bytes of nonce and 120 of box.
        public var sealed: [UInt8]
    }

    /// `vault …` with its line feed: what the passphrase slot is bound to.
    var vaultLine: String {
        "vault \(base64(vaultID)) \(epoch) \(base64(publicKey))\n"
    }

    /// The bytes before the `mac` line.
    var authenticated: [UInt8] {
        var text = "tokenvault/1\n" + vaultLine
        text += "generation \(generation)\n"
        text += passphraseSlot.lineBeforeWrapped + " \(base64(passphraseSlot.wrapped))\n"
        for slot in machineSlots {
            text += "key x25519 \(slot.name) \(base64(slot.publicKey)) \(base64(slot.sealed))\n"
        }
        return Array(text.utf8)
    }

    /// `[a-z0-9][a-z0-9._-]{0,63}`: what a machine key can be called.
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
    /// The limits that are checked before any memory is taken.
    static let opslimits: ClosedRange<UInt64> = 1...16
    static let memlimits: ClosedRange<UInt64> = 65_536...1_048_576

    /// The passphrase line's bytes before its last space.
    var lineBeforeWrapped: String {
        "passphrase argon2id \(cost.opslimit) \(cost.memlimitKiB) \(base64(salt))"
    }
}

private func base64(_ bytes: [UInt8]) -> String {
    String(decoding: Base64.encode(bytes.span), as: UTF8.self)
}
