internal import Platform
public import Sodium

/// An open vault file whose header has been parsed but not yet verified.
public struct VaultFile: ~Copyable {
    /// The header; trust it only after `unlock`.
    public let header: Header
    let content: VaultContent
    package let mac: [UInt8]
    /// 32 random bytes, new with every save.
    package let payloadNonce: [UInt8]
    let layout: PayloadLayout
    /// Which file of a shared vault this is, or `nil` if the vault is not shared.
    private(set) var role: SharedReading.Role?

    /// Opens the file at `path` and reads its header.
    public init(path: String) throws {
        let file = try Self.open(path)
        let status = try file.status()
        guard status.isRegular else { throw VaultError.damaged(.notAVault) }
        try self.init(content: .file(file), size: status.size)
    }

    /// Opens the newest state on this machine: the file at `ahead`, if there is one, or the vault.
    ///
    /// - Parameter ahead: The path of `<vault>.ahead`, or `nil` if the vault is not shared.
    package static func newest(of path: String, ahead: String?) throws -> VaultFile {
        guard let ahead else { return try VaultFile(path: path) }
        // Usually this file is missing, and failing to open it takes longer than looking.
        if Directory.holdsAnything(at: ahead) {
            do {
                var file = try VaultFile(path: ahead)
                file.role = SharedReading.Role(ahead: ahead, isAhead: true)
                return file
            } catch VaultError.missing {}
        }
        var file = try VaultFile(path: path)
        file.role = SharedReading.Role(ahead: ahead, isAhead: false)
        return file
    }

    /// Reads the header of a vault file that is in memory.
    package init(bytes: [UInt8]) throws {
        try self.init(content: .memory(bytes), size: bytes.count)
    }

    private init(content: consuming VaultContent, size: Int) throws {
        let read = try Self.header(of: content, size: size)
        let layout = try PayloadLayout(offset: read.payloadOffset, fileSize: size)
        let nonce = try content.read(count: PayloadLayout.nonceBytes, at: read.payloadOffset)
        self.init(
            header: read.header, mac: read.mac, payloadNonce: nonce, layout: layout,
            content: content)
    }

    /// Reads the header.
    ///
    /// Few headers are longer than a page, so more is read only if the first page does not contain
    /// the whole header.
    private static func header(of content: borrowing VaultContent, size: Int) throws
        -> HeaderReader.ParsedHeader
    {
        let page = 4_096
        if size > page, let read = try? HeaderReader.read(try content.read(count: page, at: 0)) {
            return read
        }
        return try HeaderReader.read(try content.read(count: min(Header.limit, size), at: 0))
    }

    private init(
        header: Header, mac: [UInt8], payloadNonce: [UInt8], layout: PayloadLayout,
        content: consuming VaultContent
    ) {
        self.header = header
        self.mac = mac
        self.payloadNonce = payloadNonce
        self.layout = layout
        self.content = content
    }

    /// Returns the vault ID in a file that may be damaged elsewhere, or `nil` if none can be read.
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

    /// An identifier of one save.
    ///
    /// The MAC alone is not enough: two saves of one generation, made from two copies of the same
    /// file, have the same header.
    package var saveID: [UInt8] { mac + payloadNonce }

    /// A key that unlocks the file.
    public enum Key: Sendable {
        /// The passphrase; the header determines what the derivation costs, within the limits.
        case passphrase(SharedSecret)
        /// The private key of a machine that was given access to the vault.
        case machineKey(MachineKey)
        /// The data key itself, from a session.
        case dataKey(SharedSecret)
        /// The data key, already checked against the header.
        case checkedDataKey(CheckedDataKey)
    }

    /// A data key that has been checked against a file's header.
    public struct CheckedDataKey: Sendable {
        let dataKey: SharedSecret
        fileprivate let mac: [UInt8]
    }

    /// Returns `dataKey` with its check if it authenticates the header, so that `unlock` need not
    /// compute the MAC again, or `nil` if it does not.
    public func check(_ dataKey: SharedSecret) -> CheckedDataKey? {
        isSealed(with: dataKey) ? CheckedDataKey(dataKey: dataKey, mac: mac) : nil
    }

    private func isSealed(with dataKey: SharedSecret) -> Bool {
        let expected = dataKey.withSecret { PayloadLayout.mac(dataKey: $0, header: header) }
        return constantTimeEqual(expected.span, mac.span)
    }

    /// Opens a slot, and verifies the header with the data key from it.
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
            // The file may have been replaced since the key was checked.
            guard checked.mac == mac else {
                return try reader(dataKey: checked.dataKey, otherwise: .wrongDataKey)
            }
            return VaultReader(self, dataKey: checked.dataKey)
        }
    }

    /// Verifies the header with the data key from one of its slots.
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
