internal import Sodium

/// Parses a header strictly.
///
/// Anything that `Header.authenticated` would not write in exactly the same way is damage.
struct HeaderReader {
    /// A header, its MAC, and the offset of the payload.
    struct ParsedHeader {
        let header: Header
        let mac: [UInt8]
        let payloadOffset: Int
    }

    private let bytes: [UInt8]
    private var offset = 0
    private var line = 0

    /// Parses the header in `bytes`, the beginning of the file up to `Header.limit`.
    static func read(_ bytes: [UInt8]) throws(VaultError) -> ParsedHeader {
        var reader = HeaderReader(bytes: bytes)
        do throws(Damage) {
            return try reader.read()
        } catch {
            throw .damaged(error)
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func read() throws(Damage) -> ParsedHeader {
        guard bytes.starts(with: Array("tokenvault/1\n".utf8)) else { throw .notAVault }
        _ = try nextLine()

        let vault = try fields(of: try nextLine(), named: "vault", count: 4)
        let vaultID = try data(vault[1], count: 16)
        let epoch = try number(vault[2])
        let publicKey = try data(vault[3], count: Box.keyBytes)
        let generation = try number(
            try fields(of: try nextLine(), named: "generation", count: 2)[1])
        let passphraseSlot = try passphraseSlot(
            try fields(of: try nextLine(), named: "passphrase", count: 6))

        var machineSlots: [Header.MachineSlot] = []
        var fields = try nextLine()
        while fields.first == "key" {
            let slot = try machineSlot(fields)
            guard machineSlots.count < Header.keySlotLimit,
                !machineSlots.contains(where: {
                    $0.name == slot.name || $0.publicKey == slot.publicKey
                })
            else { throw .headerLine(line) }
            machineSlots.append(slot)
            fields = try nextLine()
        }
        let mac = try data(
            try self.fields(of: fields, named: "mac", count: 2)[1], count: KeyedHash.bytes)
        let header = Header(
            vaultID: vaultID, epoch: epoch, publicKey: publicKey, generation: generation,
            passphraseSlot: passphraseSlot, machineSlots: machineSlots)
        return ParsedHeader(header: header, mac: mac, payloadOffset: offset)
    }

    /// Returns the fields of the next line, split at every space.
    private mutating func nextLine() throws(Damage) -> [String] {
        line += 1
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else {
            throw bytes.count >= Header.limit ? .headerSize : .headerLine(line)
        }
        let text = bytes[offset..<end]
        offset = end + 1
        return text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private func fields(
        of line: [String], named name: String, count: Int
    ) throws(Damage) -> [String] {
        guard line.count == count, line[0] == name else { throw .headerLine(self.line) }
        return line
    }

    private func passphraseSlot(_ fields: [String]) throws(Damage) -> Header.PassphraseSlot {
        guard fields[1] == "argon2id" else { throw .headerLine(line) }
        let opslimit = try number(fields[2])
        let memlimit = try number(fields[3])
        guard Header.PassphraseSlot.opslimits.contains(opslimit),
            Header.PassphraseSlot.memlimits.contains(memlimit)
        else { throw .passphraseCost }
        return Header.PassphraseSlot(
            cost: PassphraseKey.Cost(opslimit: opslimit, memlimitKiB: memlimit),
            salt: try data(fields[4], count: PassphraseKey.saltBytes),
            wrapped: try data(fields[5], count: KeySlot.wrappedBytes))
    }

    private func machineSlot(_ line: [String]) throws(Damage) -> Header.MachineSlot {
        let fields = try fields(of: line, named: "key", count: 5)
        guard fields[1] == "x25519", Header.isKeyName(fields[2]) else {
            throw .headerLine(self.line)
        }
        return Header.MachineSlot(
            name: fields[2], publicKey: try data(fields[3], count: Box.keyBytes),
            sealed: try data(fields[4], count: KeySlot.machineSlotBytes))
    }

    private func data(_ text: String, count: Int) throws(Damage) -> [UInt8] {
        guard let data = Base64.decode(Array(text.utf8).span), data.count == count else {
            throw .headerLine(line)
        }
        return data
    }

    /// Parses a number: `[1-9][0-9]*`, at most 2^63 − 1.
    private func number(_ text: String) throws(Damage) -> UInt64 {
        guard let first = text.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first),
            let number = Int64(text)
        else { throw .headerLine(line) }
        return UInt64(number)
    }
}
