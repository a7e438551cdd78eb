internal import Platform
public import Sodium

/// A vault file that was opened and whose header was read, before anything of it is believed.
public struct VaultFile: ~Copyable {
    /// What the file says of itself; trust it only after `unlock`.
    public let header: Header
    let file: File
    let mac: [UInt8]
    /// 32 bytes, fresh at each save.
    let payloadNonce: [UInt8]
    let layout: PayloadLayout

    /// Opens the file at `path` and reads its header.
    public init(path: String) throws {
        try self.init(file: Self.open(path))
    }

    private init(file: consuming File) throws {
        let status = try file.status()
        guard status.isRegular else { throw VaultError.damaged(.notAVault) }
        let read = try Self.header(of: file, size: status.size)
        let layout = try PayloadLayout(offset: read.payloadOffset, fileSize: status.size)
        let nonce = try file.read(count: PayloadLayout.nonceBytes, at: read.payloadOffset)
        self.init(
            header: read.header, mac: read.mac, payloadNonce: nonce, layout: layout, file: file)
    }

    /// Few headers are longer than a page; only where the first does not hold it all of it is read.
    private static func header(of file: borrowing File, size: Int) throws -> HeaderReader.Result {
        let page = 4_096
        if size > page, let read = try? HeaderReader.read(try file.read(count: page, at: 0)) {
            return read
        }
        return try HeaderReader.read(try file.read(count: min(Header.limit, size), at: 0))
    }

    private init(
        header: Header, mac: [UInt8], payloadNonce: [UInt8], layout: PayloadLayout,
        file: consuming File
    ) {
        self.header = header
        self.mac = mac
        self.payloadNonce = payloadNonce
        self.layout = layout
        self.file = file
    }

    /// The vault id that a file names which may be damaged in any other place; nil where none is to be
    /// read.
    public static func legibleVaultID(path: String) -> [UInt8]? {
        guard let file = try? open(path), let bytes = try? file.read(count: 4096, at: 0) else {
            return nil
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        let fields = lines.lazy.map { $0.split(separator: UInt8(ascii: " ")) }
        guard let vault = fields.first(where: { $0.first == Array("vault".utf8)[...] }),
            vault.count > 1, let id = Base64.decode(Array(vault[1]).span), id.count == 16
        else { return nil }
        return id
    }

    private static func open(_ path: String) throws -> File {
        do throws(SystemCallFailure) {
            return try File(reading: path)
        } catch {
            throw VaultError(error, at: path) ?? error
        }
    }

    /// Which save this is.
    ///
    /// The code alone does not tell: two saves of one generation, made from two copies of the same
    /// file, have the same header.
    var saveID: [UInt8] { mac + payloadNonce }

    /// Something that opens one of the header's slots.
    public enum Key: Sendable {
        /// Costs what the header says, within the limits.
        case passphrase(SharedSecret)
        /// A private key of a machine that the vault was opened to.
        case machineKey(MachineKey)
        /// The data key itself, from a session.
        case dataKey(SharedSecret)
        /// The data key, which was found to be that of the file.
        case checkedDataKey(CheckedDataKey)
    }

    /// A data key with which the header of a file was sealed.
    public struct CheckedDataKey: Sendable {
        let dataKey: SharedSecret
        fileprivate let mac: [UInt8]
    }

    /// Returns `dataKey` if the header was sealed with it, so that `unlock` need not compute the MAC again, or
    /// `nil` if it was not.
    public func check(_ dataKey: SharedSecret) -> CheckedDataKey? {
        isSealed(with: dataKey) ? CheckedDataKey(dataKey: dataKey, mac: mac) : nil
    }

    private func isSealed(with dataKey: SharedSecret) -> Bool {
        let expected = dataKey.withSecret { PayloadLayout.mac(dataKey: $0, header: header) }
        return constantTimeEqual(expected.span, mac.span)
    }

    /// Opens a slot and checks the header with what was in it.
    public consuming func unlock(with key: Key) throws -> VaultReader {
        switch key {
        case .passphrase(let passphrase):
            let dataKey = try passphrase.withSecret { passphrase throws(VaultError) in
                try KeySlot.open(header, passphrase: passphrase).takeDataKey()
            }
            return try unlock(withKeyOfSlot: SharedSecret(dataKey))
        case .machineKey(let machineKey):
            let dataKey = try KeySlot.open(header, machineKey: machineKey)
            return try unlock(withKeyOfSlot: SharedSecret(dataKey))
        case .dataKey(let dataKey):
            return try reader(dataKey: dataKey, otherwise: .wrongDataKey)
        case .checkedDataKey(let checked):
            // Of this very file, or another one since.
            guard checked.mac == mac else {
                return try reader(dataKey: checked.dataKey, otherwise: .wrongDataKey)
            }
            return VaultReader(self, dataKey: checked.dataKey)
        }
    }

    /// Checks the header with the data key that one of its slots held.
    consuming func unlock(withKeyOfSlot dataKey: SharedSecret) throws -> VaultReader {
        try reader(dataKey: dataKey, otherwise: .damaged(.headerMAC))
    }

    private consuming func reader(
        dataKey: SharedSecret, otherwise failure: VaultError
    ) throws -> VaultReader {
        guard isSealed(with: dataKey) else { throw failure }
        return VaultReader(self, dataKey: dataKey)
    }
}
