internal import Platform
internal import Sodium

/// Where a new vault file is written to.
protocol PayloadSink: ~Copyable {
    /// Writes all `bytes` after those written before.
    mutating func write(_ bytes: Span<UInt8>) throws(SystemCallFailure)
}

extension FileReplacement: PayloadSink {}

/// A vault file in memory.
struct MemorySink: PayloadSink, ~Copyable {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ sealed: Span<UInt8>) {
        bytes.append(contentsOf: Array(copying: sealed))
    }

    consuming func takeBytes() -> [UInt8] { bytes }
}

/// Writes a vault file, starting with its header, and seals the plaintext in chunks as it arrives.
struct PayloadWriter<Sink: PayloadSink & ~Copyable>: ~Copyable {
    /// The `VaultFile.saveID` of the new file.
    let saveID: [UInt8]
    private var sink: Sink
    private let chunkKey: Secret
    private var plaintext = Secret(minimumCapacity: PayloadLayout.chunkBytes)
    private var chunk = 0

    /// Starts a file with `header` and its MAC.
    init(to sink: consuming Sink, header: Header, dataKey: borrowing Secret) throws {
        let mac = PayloadLayout.mac(dataKey: dataKey, header: header)
        let nonce = randomBytes(PayloadLayout.nonceBytes)
        let chunkKey = PayloadLayout.key(dataKey: dataKey, mac: mac, nonce: nonce)
        let macLine = Array("mac ".utf8) + Base64.encode(mac.span) + [Record.newline]
        try sink.write((header.authenticated + macLine + nonce).span)
        self.saveID = mac + nonce
        self.sink = sink
        self.chunkKey = chunkKey
    }

    /// Adds plaintext.
    mutating func append(_ bytes: Span<UInt8>) throws {
        var consumed = 0
        while consumed < bytes.count {
            // The chunk is full and more follows, so it is not the last.
            if plaintext.count == PayloadLayout.chunkBytes { try sealChunk(isLast: false) }
            let room = PayloadLayout.chunkBytes - plaintext.count
            let end = min(bytes.count, consumed + room)
            plaintext.append(bytes.extracting(consumed..<end))
            consumed = end
        }
    }

    /// Adds a record.
    mutating func append(
        _ reference: Reference, secret: Span<UInt8>, metadata: [UInt8]
    ) throws {
        try append(reference.description.utf8.span)
        try append(CollectionOfOne(Record.tab).span)
        try append(secret)
        try append(CollectionOfOne(Record.tab).span)
        try append(metadata.span)
        try append(CollectionOfOne(Record.newline).span)
    }

    /// Seals the last chunk, and returns the complete file, which does not yet replace the old one.
    consuming func finish() throws -> Sink {
        try sealChunk(isLast: true)
        return sink
    }

    private mutating func sealChunk(isLast: Bool) throws {
        let nonce = PayloadLayout.nonce(chunk: chunk, isLast: isLast)
        let sealed = plaintext.withBytes {
            AEAD.seal($0, key: chunkKey, nonce: nonce, additionalData: [])
        }
        try sink.write(sealed.span)
        plaintext.truncate(to: 0)
        chunk += 1
    }
}

extension PayloadWriter where Sink == FileReplacement {
    /// Starts a replacement of the file at `path`.
    init(path: String, header: Header, dataKey: borrowing Secret) throws {
        try self.init(to: try FileReplacement(of: path), header: header, dataKey: dataKey)
    }
}
