internal import Platform
public import Sodium

/// The content of an unlocked vault file, as it was when the file was opened.
///
/// A save by another process puts a new file in place and does not change this one.
public struct VaultReader: ~Copyable {
    /// The key that opens the file, for a session or for reading it again later.
    public let dataKey: SharedSecret
    private let vault: VaultFile
    private let chunkKey: Secret

    /// Creates a reader; the header's MAC must already have been verified with `dataKey`.
    init(_ vault: consuming VaultFile, dataKey: SharedSecret) {
        let nonce = vault.payloadNonce
        let mac = vault.mac
        chunkKey = dataKey.withSecret { PayloadLayout.key(dataKey: $0, mac: mac, nonce: nonce) }
        self.vault = vault
        self.dataKey = dataKey
    }

    /// The verified header.
    public var header: Header { vault.header }

    package var saveID: [UInt8] { vault.saveID }

    /// Which file of a shared vault this is, or `nil` if the vault is not shared.
    var role: SharedReading.Role? { vault.role }

    var chunkCount: Int { vault.layout.chunkCount }

    /// Decrypts one chunk.
    func chunk(_ index: Int) throws -> Secret {
        let location = vault.layout.sealed(index)
        let sealed = try vault.content.read(count: location.count, at: location.offset)
        let nonce = PayloadLayout.nonce(chunk: index, isLast: index == chunkCount - 1)
        do throws(AuthenticationFailure) {
            return try AEAD.open(sealed.span, key: chunkKey, nonce: nonce, additionalData: [])
        } catch {
            throw VaultError.damaged(.chunk(index))
        }
    }

    /// Calls `body` with every record, in order.
    ///
    /// Use what `body` collects only after this returns: only then is the whole file known to be
    /// intact.
    public func forEachRecord(_ body: (borrowing Record) throws -> Void) throws {
        var last: Reference?
        try forEachLine(from: PayloadPosition(chunk: 0, offset: 0)) { line in
            let record = try Record.reading(line)
            guard last.map({ $0 < record.reference }) ?? true else {
                throw VaultError.damaged(.record(.order))
            }
            last = record.reference
            try body(record)
            return true
        }
    }

    /// Lends `body` each line, without its newline, from the one that begins at `start`, until
    /// `body` returns `false`.
    func forEachLine(
        from start: PayloadPosition, _ body: (Span<UInt8>) throws -> Bool
    ) throws {
        // The beginning of a line that continues in the next chunk.
        var partialLine = Secret(minimumCapacity: 512)
        for index in start.chunk..<chunkCount {
            var offset = index == start.chunk ? start.offset : 0
            let isDone = try chunk(index).withBytes { bytes in
                while let end = bytes.firstIndex(of: Record.newline, from: offset) {
                    let line = bytes.extracting(offset..<end)
                    offset = end + 1
                    guard partialLine.count + line.count < Record.lineLimit else {
                        throw Self.badShape
                    }
                    if partialLine.count == 0 {
                        guard try body(line) else { return true }
                    } else {
                        partialLine.append(line)
                        guard try partialLine.withBytes(body) else { return true }
                        partialLine.truncate(to: 0)
                    }
                }
                partialLine.append(bytes.extracting(offset..<bytes.count))
                guard partialLine.count < Record.lineLimit else { throw Self.badShape }
                return false
            }
            if isDone { return }
        }
        guard partialLine.count == 0 else { throw Self.badShape }
    }

    private static let badShape = VaultError.damaged(.record(.shape))
}

/// The position of a byte in the plaintext.
struct PayloadPosition: Equatable {
    var chunk: Int
    var offset: Int
}

extension Record {
    /// Parses the record on a line; an invalid line is damage.
    static func reading(_ line: Span<UInt8>) throws(VaultError) -> Record {
        do throws(RecordFault) {
            return try Record(line: Secret(copying: line))
        } catch {
            throw .damaged(.record(error))
        }
    }
}
