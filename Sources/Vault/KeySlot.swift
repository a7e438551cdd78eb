internal import Sodium

/// How the data key is wrapped in the header (SECURITY.md, "Key slots").
enum KeySlot {
    /// Data key, vault private key and tag.
    static let wrappedBytes = 32 + 32 + AEAD.tagBytes
    /// Data key, epoch, vault id; sealed; boxed; with the nonce before it.
    static let machineSlotBytes = Box.nonceBytes + 32 + 8 + 16 + Box.sealOverhead + Box.boxOverhead

    /// What a passphrase gives access to.
    struct MasterKeys: ~Copyable {
        let dataKey: Secret
        let vaultPrivateKey: Secret

        consuming func takeDataKey() -> Secret { dataKey }
    }

    /// Opens the passphrase slot.
    ///
    /// Takes the memory that the header names, within the limits.
    static func open(
        _ header: Header, passphrase: borrowing Secret
    ) throws(VaultError) -> MasterKeys {
        let slot = header.passphraseSlot
        let key = try derive(passphrase, slot)
        do throws(AuthenticationFailure) {
            let plaintext = try AEAD.open(
                slot.wrapped.span, key: key, nonce: zeroNonce, additionalData: boundTo(header))
            return plaintext.withBytes { bytes in
                MasterKeys(
                    dataKey: Secret(copying: bytes.extracting(0..<32)),
                    vaultPrivateKey: Secret(copying: bytes.extracting(32..<64)))
            }
        } catch {
            throw .wrongPassphrase
        }
    }

    /// Fills the passphrase slot of `header`: its cost and salt must be set, the salt fresh.
    static func wrap(
        _ keys: borrowing MasterKeys, passphrase: borrowing Secret, into header: inout Header
    ) throws(VaultError) {
        let key = try derive(passphrase, header.passphraseSlot)
        var plaintext = keys.dataKey.duplicate()
        keys.vaultPrivateKey.withBytes { plaintext.append($0) }
        let bound = boundTo(header)
        header.passphraseSlot.wrapped = plaintext.withBytes { bytes in
            AEAD.seal(bytes, key: key, nonce: zeroNonce, additionalData: bound)
        }
    }

    /// Opens the slot that belongs to a machine key.
    static func open(_ header: Header, machineKey: MachineKey) throws(VaultError) -> Secret {
        guard machineKey.vaultPublicKey == header.publicKey else {
            throw .wrongMachineKey(.otherVault)
        }
        let publicKey = machineKey.publicKey
        guard let slot = header.machineSlots.first(where: { $0.publicKey == publicKey }) else {
            throw .wrongMachineKey(.noSlot)
        }
        return try machineKey.privateKey.withSecret { privateKey throws(VaultError) in
            let inner: [UInt8]
            do throws(AuthenticationFailure) {
                inner = try Box.open(
                    Array(slot.sealed.dropFirst(Box.nonceBytes)),
                    nonce: Array(slot.sealed.prefix(Box.nonceBytes)),
                    from: machineKey.vaultPublicKey, with: privateKey)
            } catch {
                throw .wrongMachineKey(.forgedSlot)
            }
            do throws(AuthenticationFailure) {
                let plaintext = try Box.openAnonymous(inner, publicKey: publicKey, with: privateKey)
                return try dataKey(in: plaintext, of: header)
            } catch {
                throw .damaged(.machineSlot)
            }
        }
    }

    /// The slot for a machine's public key.
    static func seal(
        _ dataKey: borrowing Secret, for name: String, publicKey: [UInt8], header: Header,
        vaultPrivateKey: borrowing Secret
    ) throws(AuthenticationFailure) -> Header.MachineSlot {
        var plaintext = dataKey.duplicate()
        plaintext.append(boundEpoch(header).span)
        let inner = try plaintext.withBytes { bytes throws(AuthenticationFailure) in
            try Box.sealAnonymously(bytes, to: publicKey)
        }
        let nonce = randomBytes(Box.nonceBytes)
        let box = try Box.seal(inner.span, nonce: nonce, to: publicKey, from: vaultPrivateKey)
        return Header.MachineSlot(name: name, publicKey: publicKey, sealed: nonce + box)
    }

    // The salt makes the wrapping key fresh each time, so a nonce of zeros serves.
    private static let zeroNonce = [UInt8](repeating: 0, count: AEAD.nonceBytes)

    private static func boundTo(_ header: Header) -> [UInt8] {
        Array((header.vaultLine + header.passphraseSlot.lineBeforeWrapped).utf8)
    }

    private static func boundEpoch(_ header: Header) -> [UInt8] {
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
        let expected = boundEpoch(header)
        return try plaintext.withBytes { bytes throws(AuthenticationFailure) in
            guard bytes.count == 32 + expected.count,
                constantTimeEqual(bytes.extracting(droppingFirst: 32), expected.span)
            else { throw AuthenticationFailure() }
            return Secret(copying: bytes.extracting(first: 32))
        }
    }
}

/// The 8 bytes of `number`, highest first.
func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
}
