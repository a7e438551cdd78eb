internal import Platform
public import Sodium

/// The content of an unlocked vault file, as it was when it was opened: a save by another process
/// puts a new file in its place and does not change this one.
public struct VaultReader: ~Copyable {
    /// What opens the file, for a session or a later look.
    public let dataKey: SharedSecret
    private let vault: VaultFile
    private let chunkKey: Secret

    /// `dataKey` has been found to be the one that the header's code was made with.
    init(_ vault: consuming VaultFile, dataKey: SharedSecret) {
        let nonce = vault.payloadNonce
        let mac = vault.mac
        chunkKey = dataKey.withSecret { PayloadLayout.key(dataKey: $0, mac: mac, nonce: nonce) }
        self.vault = vault
        self.dataKey = dataKey
    }

    /// The header, authenticated.
    public var header: Header { vault.header }

    var saveID: [UInt8] { vault.saveID }

    var chunkCount: Int { vault.layout.chunkCount }

    /// The plaintext of one chunk.
    func chunk(_ index: Int) throws -> Secret {
        let place = vault.layout.sealed(index)
        let sealed = try vault.file.read(count: place.count, at: place.offset)
        let nonce = PayloadLayout.nonce(chunk: index, isLast: index == chunkCount - 1)
        do throws(AuthenticationFailure) {
            return try AEAD.open(sealed.span, key: chunkKey, nonce: nonce, additionalData: [])
        } catch {
            throw VaultError.damaged(.chunk(index))
        }
    }

    /// Calls `body` with every record, in order.
    ///
    /// What `body` gathers may be used only once this returns: only then is the whole file known to
    /// be sound.
    public func forEachRecord(_ body: (borrowing Record) throws -> Void) throws {
        var last: Reference?
        try forEachLine(from: PayloadPlace(chunk: 0, offset: 0)) { line in
            let record = try Record.reading(line)
            guard last.map({ $0 < record.reference }) ?? true else {
                throw VaultError.damaged(.record(.order))
            }
            last = record.reference
            try body(record)
            return true
        }
    }

    /// Lends `body` the line that begins at `start` and those behind it, without their line feeds, as
    /// long as it returns true.
    func forEachLine(
        from start: PayloadPlace, _ body: (Span<UInt8>) throws -> Bool
    ) throws {
        // The beginning of a line that goes on in the next chunk.
        var cut = Secret(minimumCapacity: 512)
        for index in start.chunk..<chunkCount {
            var place = index == start.chunk ? start.offset : 0
            let isOver = try chunk(index).withBytes { bytes in
                while let end = bytes.firstIndex(of: Record.lineFeed, from: place) {
                    let line = bytes.extracting(place..<end)
                    place = end + 1
                    guard cut.count + line.count < Record.lineLimit else { throw Self.badShape }
                    if cut.count == 0 {
                        guard try body(line) else { return true }
                    } else {
                        cut.append(line)
                        guard try cut.withBytes(body) else { return true }
                        cut.truncate(to: 0)
                    }
                }
                cut.append(bytes.extracting(place..<bytes.count))
                guard cut.count < Record.lineLimit else { throw Self.badShape }
                return false
            }
            if isOver { return }
        }
        guard cut.count == 0 else { throw Self.badShape }
    }

    private static let badShape = VaultError.damaged(.record(.shape))
}

/// Where a byte of the plaintext lies.
struct PayloadPlace: Equatable {
    var chunk: Int
    var offset: Int
}

extension Record {
    /// The record that a line holds; a line that is none is damage.
    static func reading(_ line: Span<UInt8>) throws(VaultError) -> Record {
        do throws(RecordFault) {
            return try Record(line: Secret(copying: line))
        } catch {
            throw .damaged(.record(error))
        }
    }
}
