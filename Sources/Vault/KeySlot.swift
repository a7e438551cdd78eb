internal import Sodium

/// How the data key is wrapped in the header (SECURITY.md, "Key slots").
enum KeySlot {
    /// The size of the wrapped keys: data key, vault private key and tag.
    static let wrappedBytes = 32 + 32 + AEAD.tagBytes
    /// The size of a machine slot: the nonce, then the data key, epoch and vault ID, sealed and
    /// boxed.
    static let machineSlotBytes = Box.nonceBytes + 32 + 8 + 16 + Box.sealOverhead + Box.boxOverhead

    /// The keys that the passphrase gives access to.
    struct MasterKeys: ~Copyable {
        let dataKey: Secret
        let vaultPrivateKey: Secret

        consuming func takeDataKey() -> Secret { dataKey }
    }

    /// Opens the passphrase slot.
    ///
    /// Uses as much memory as the header asks for, within the limits.
    static func open(
        _ header: Header, passphrase: borrowing Secret
    ) throws(VaultError) -> MasterKeys {
        let slot = header.passphraseSlot
        let key = try derive(passphrase, slot)
        do throws(AuthenticationFailure) {
            let plaintext = try AEAD.open(
                slot.wrapped.span, key: key, nonce: zeroNonce,
                additionalData: additionalData(for: header))
            return plaintext.withBytes { bytes in
                MasterKeys(
                    dataKey: Secret(copying: bytes.extracting(0..<32)),
                    vaultPrivateKey: Secret(copying: bytes.extracting(32..<64)))
            }
        } catch {
            throw .wrongPassphrase
        }
    }

    /// Fills the passphrase slot of `header`, whose cost and a new salt must already be set.
    static func wrap(
        _ keys: borrowing MasterKeys, passphrase: borrowing Secret, into header: inout Header
    ) throws(VaultError) {
        let key = try derive(passphrase, header.passphraseSlot)
        var plaintext = keys.dataKey.duplicate()
        keys.vaultPrivateKey.withBytes { plaintext.append($0) }
        let additionalData = additionalData(for: header)
        header.passphraseSlot.wrapped = plaintext.withBytes { bytes in
            AEAD.seal(bytes, key: key, nonce: zeroNonce, additionalData: additionalData)
        }
    }

    /// Opens the slot that belongs to a machine key.
    ///
    /// It is the one that opens: this takes less time than computing the machine's public key.
    static func open(_ header: Header, machineKey: MachineKey) throws(VaultError) -> Secret {
        guard machineKey.vaultPublicKey == header.publicKey else {
            throw .wrongMachineKey(.otherVault)
        }
        return try machineKey.privateKey.withSecret { privateKey throws(VaultError) in
            let boxKey: Secret
            do throws(AuthenticationFailure) {
                boxKey = try Box.sharedKey(of: machineKey.vaultPublicKey, and: privateKey)
            } catch {
                throw .wrongMachineKey(.forgedSlot)
            }
            for slot in header.machineSlots {
                do throws(AuthenticationFailure) {
                    let inner = try Box.open(slot.box, nonce: slot.nonce, key: boxKey)
                    let plaintext = try Box.openAnonymous(
                        inner, publicKey: slot.publicKey, with: privateKey)
                    return try dataKey(in: plaintext, of: header)
                } catch {
                    // The slot of another machine, or a damaged one.
                }
            }
            throw reason(whyNoSlotOpens: header, for: machineKey, boxKey)
        }
    }

    private static func reason(
        whyNoSlotOpens header: Header, for machineKey: MachineKey, _ boxKey: borrowing Secret
    ) -> VaultError {
        let publicKey = machineKey.makePublicKey()
        guard let slot = header.machineSlots.first(where: { $0.publicKey == publicKey }) else {
            return .wrongMachineKey(.noSlot)
        }
        let inner = try? Box.open(slot.box, nonce: slot.nonce, key: boxKey)
        return inner == nil ? .wrongMachineKey(.forgedSlot) : .damaged(.machineSlot)
    }

    /// Returns the slot for a machine's public key, with a nonce that vouches for it.
    static func seal(
        _ keys: borrowing MasterKeys, for name: String, publicKey: [UInt8], header: Header
    ) throws(AuthenticationFailure) -> Header.MachineSlot {
        var plaintext = keys.dataKey.duplicate()
        plaintext.append(epochAndVaultID(header).span)
        let inner = try plaintext.withBytes { bytes throws(AuthenticationFailure) in
            try Box.sealAnonymously(bytes, to: publicKey)
        }
        let nonce = voucher(for: name, publicKey: publicKey, inner: inner, in: header, keys)
        let box = try Box.seal(inner.span, nonce: nonce, to: publicKey, from: keys.vaultPrivateKey)
        return Header.MachineSlot(name: name, publicKey: publicKey, sealed: nonce + box)
    }

    /// Returns whether the owner made this slot, with this name, for the current data key of
    /// `header`.
    ///
    /// The box alone does not prove that: `crypto_box` is symmetric, so the holder of a machine's
    /// private key can make a box that opens. Anyone with the data key can write such a slot into
    /// the file, or copy one from an older file. Only the vault's private key can produce the
    /// matching nonce.
    static func isVouchedFor(
        _ slot: Header.MachineSlot, in header: Header, _ keys: borrowing MasterKeys
    ) -> Bool {
        let inner: [UInt8]
        do throws(AuthenticationFailure) {
            let boxKey = try Box.sharedKey(of: slot.publicKey, and: keys.vaultPrivateKey)
            inner = try Box.open(slot.box, nonce: slot.nonce, key: boxKey)
        } catch {
            return false
        }
        let expected = voucher(
            for: slot.name, publicKey: slot.publicKey, inner: inner, in: header, keys)
        return constantTimeEqual(expected.span, slot.nonce.span)
    }

    /// Returns the nonce that vouches for a slot.
    ///
    /// Every part of the message has a fixed length except the name, which comes last, so two
    /// different slots never give the same message.
    private static func voucher(
        for name: String, publicKey: [UInt8], inner: [UInt8], in header: Header,
        _ keys: borrowing MasterKeys
    ) -> [UInt8] {
        var message = Secret(copying: epochAndVaultID(header).span)
        keys.dataKey.withBytes { message.append($0) }
        message.append((publicKey + inner + Array(name.utf8)).span)
        let subkey = KeyedHash.subkey(of: keys.vaultPrivateKey, id: 3, context: "tokenvlt")
        return KeyedHash.blake2b(message, key: subkey, count: Box.nonceBytes)
    }

    // The new salt makes the wrapping key different every time, so a nonce of zeros is safe.
    private static let zeroNonce = [UInt8](repeating: 0, count: AEAD.nonceBytes)

    private static func additionalData(for header: Header) -> [UInt8] {
        Array((header.vaultLine + header.passphraseSlot.lineBeforeWrapped).utf8)
    }

    private static func epochAndVaultID(_ header: Header) -> [UInt8] {
        bigEndian(header.epoch) + header.vaultID
    }

    private static func derive(
        _ passphrase: borrowing Secret, _ slot: Header.PassphraseSlot
    ) throws(VaultError) -> Secret {
        do throws(PassphraseKey.OutOfMemory) {
            return try PassphraseKey.derive(from: passphrase, salt: slot.salt, cost: slot.cost)
        } catch {
            throw .outOfMemory(kib: slot.cost.memlimitKiB)
        }
    }

    private static func dataKey(
        in plaintext: borrowing Secret, of header: Header
    ) throws(AuthenticationFailure) -> Secret {
        let expected = epochAndVaultID(header)
        return try plaintext.withBytes { bytes throws(AuthenticationFailure) in
            guard bytes.count == 32 + expected.count,
                constantTimeEqual(bytes.extracting(droppingFirst: 32), expected.span)
            else { throw AuthenticationFailure() }
            return Secret(copying: bytes.extracting(first: 32))
        }
    }
}

extension Header.MachineSlot {
    fileprivate var nonce: [UInt8] { Array(sealed.prefix(Box.nonceBytes)) }
    fileprivate var box: [UInt8] { Array(sealed.dropFirst(Box.nonceBytes)) }
}

/// Returns the 8 bytes of `number`, most significant first.
func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
}
