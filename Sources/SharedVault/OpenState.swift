internal import Entries
internal import Platform
package import Sharing
package import Sodium
package import Vault

/// A vault file that was read into memory and opened.
package struct OpenState: Sendable {
    /// The file: what is stored elsewhere, byte for byte.
    package let bytes: [UInt8]
    package let header: Header
    package let dataKey: SharedSecret
    /// What the protocol knows about it.
    package let state: VaultState
    /// What the high-water mark knows about it.
    package let markState: HighWaterMarks.State

    /// Opens `bytes` with one of the keys.
    init(_ bytes: [UInt8], keys: KeyRing, from origin: KeyRing.Origin = .machine) throws {
        let reader = try keys.open(bytes, from: origin)
        self.bytes = bytes
        header = reader.header
        dataKey = reader.dataKey
        markState = reader.state
        state = VaultState(
            id: Digest(blake2b(reader.saveID.span)), epoch: reader.header.epoch,
            generation: reader.header.generation, dataKey: Self.digest(of: reader.dataKey),
            lineage: try Self.lineage(of: reader))
    }

    /// Lends the content to `body`.
    package func read<Result>(_ body: (borrowing VaultReader) throws -> Result) throws -> Result {
        try body(try VaultFile(bytes: bytes).unlock(with: .dataKey(dataKey)))
    }

    /// Returns what a merge sees of the records.
    ///
    /// - Parameter key: A random key, the same for all sides of one merge.
    func records(hashedWith key: SharedSecret) throws -> [MergeRecord] {
        var records: [MergeRecord] = []
        try read { reader in
            try reader.forEachRecord { record in
                let secret = Secret(copying: record)
                let hash = key.withSecret { KeyedHash.blake2b(secret, key: $0, count: 16) }
                records.append(
                    MergeRecord(
                        reference: record.reference, secret: Digest(hash),
                        metadata: try record.metadata()))
            }
        }
        return records
    }

    /// Returns a state made of this one, as a file.
    ///
    /// - Parameter header: The file whose header, slots and data key the new file has.
    package func successor(
        _ changes: [EntryChange], headerOf header: OpenState? = nil, generation: UInt64,
        lineage: Lineage
    ) throws -> [UInt8] {
        let source = header ?? self
        var header = source.header
        header.generation = generation
        let all = changes + [lineage.change].compactMap(\.self)
        return try read { try $0.resealed(as: header, dataKey: source.dataKey, changedBy: all) }
    }

    /// Returns a state with the records of this one and other slots, as a file.
    ///
    /// - Throws: `VaultError.changedMeanwhile` if the change was made from other slots.
    func successor(
        _ change: SlotChange, generation: UInt64, lineage: Lineage
    ) throws -> [UInt8] {
        guard change.applies(to: header) else { throw VaultError.changedMeanwhile }
        var header = change.new
        header.generation = generation
        let changes = [lineage.change].compactMap(\.self)
        return try read {
            try $0.resealed(as: header, dataKey: change.dataKey, changedBy: changes)
        }
    }

    private static func digest(of dataKey: SharedSecret) -> Digest {
        let hash = dataKey.withSecret {
            KeyedHash.blake2b(Array("tokenvault sharing".utf8), key: $0)
        }
        return hash.withBytes { bytes in Digest(bytes.indices.map { bytes[$0] }) }
    }

    private static func lineage(of reader: borrowing VaultReader) throws -> Lineage {
        guard let reference = Lineage.reference, let found = try reader.entryIfAny(reference)
        else { return Lineage() }
        let text = found.secret.withBytes { bytes in
            String(decoding: Array(copying: bytes), as: UTF8.self)
        }
        guard let lineage = Lineage(text: text) else { throw VaultError.damaged(.record(.secret)) }
        return lineage
    }
}

extension Secret {
    fileprivate init(copying record: borrowing Record) {
        self = record.withSecret { Secret(copying: $0) }
    }
}

extension Lineage {
    /// The change that stores the lineage in its hidden record.
    fileprivate var change: EntryChange? {
        guard let reference = Lineage.reference else { return nil }
        let secret = SharedSecret(Secret(copying: Array(text.utf8).span))
        return EntryChange(reference) { _ in .store(secret, Metadata()) }
    }
}
