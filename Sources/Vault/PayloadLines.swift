internal import Sodium

/// The position of a byte in the plaintext.
public struct PayloadPosition: Hashable, Comparable, Sendable {
    /// The beginning of the plaintext.
    public static let start = PayloadPosition(chunk: 0, offset: 0)

    private let byte: Int

    init(chunk: Int, offset: Int) {
        byte = chunk * PayloadLayout.chunkBytes + offset
    }

    var chunk: Int { byte / PayloadLayout.chunkBytes }

    var offset: Int { byte % PayloadLayout.chunkBytes }

    /// Returns whether `one` is closer to the beginning.
    public static func < (one: PayloadPosition, other: PayloadPosition) -> Bool {
        one.byte < other.byte
    }
}

/// Reads the lines of the plaintext, a chunk at a time.
struct PayloadLines: ~Copyable {
    /// Where the next line begins.
    var position: PayloadPosition
    private var open: (index: Int, chunk: SharedSecret)?
    /// The beginning of a line that continues in the next chunk.
    private var partialLine = Secret(minimumCapacity: 512)

    init(from position: PayloadPosition) {
        self.position = position
    }

    /// Lends the next line, without its newline, to `body`, and returns its result, or `nil` at the
    /// end of the payload.
    mutating func next<Result>(
        in vault: borrowing VaultReader, _ body: (Span<UInt8>, PayloadPosition) throws -> Result
    ) throws -> Result? {
        let start = position
        partialLine.truncate(to: 0)
        for index in start.chunk..<max(start.chunk, vault.chunkCount) {
            let chunk: SharedSecret
            if let open, open.index == index {
                chunk = open.chunk
            } else {
                open = nil
                chunk = try vault.chunk(index)
                open = (index, chunk)
            }
            let offset = index == start.chunk ? start.offset : 0
            let end = chunk.withBytes { $0.firstIndex(of: Record.newline, from: offset) }
            let piece = offset..<(end ?? chunk.count)
            guard partialLine.count + piece.count < Record.lineLimit else { throw Self.badShape }
            if let end {
                position = PayloadPosition(chunk: index, offset: end + 1)
                if partialLine.count == 0 {
                    return try chunk.withBytes { try body($0.extracting(piece), start) }
                }
            }
            Self.append(piece, of: chunk, to: &partialLine)
            if end != nil { return try partialLine.withBytes { try body($0, start) } }
        }
        guard partialLine.count == 0 else { throw Self.badShape }
        return nil
    }

    private static func append(
        _ piece: Range<Int>, of chunk: SharedSecret, to line: inout Secret
    ) {
        chunk.withBytes { line.append($0.extracting(piece)) }
    }

    private static let badShape = VaultError.damaged(.record(.shape))
}

extension VaultReader {
    /// Lends `body` each line, without its newline, from the one that begins at `start`, until
    /// `body` returns `false`.
    func forEachLine(
        from start: PayloadPosition, _ body: (Span<UInt8>) throws -> Bool
    ) throws {
        var lines = PayloadLines(from: start)
        while try lines.next(in: self, { line, _ in try body(line) }) == true {}
    }

    /// Calls `body` with every record, in order, or with those from `start` on, which an earlier
    /// call has found.
    ///
    /// Use what `body` collects only after this returns: only then is the whole file known to be
    /// intact. Everything that is decrypted again is authenticated again.
    public func forEachRecord(
        from start: PayloadPosition = .start, _ body: (borrowing Record) throws -> Void
    ) throws {
        var lines = PayloadLines(from: start)
        var record = Record()
        var last = Record()
        var isFirst = true
        while try lines.next(in: self, { try record.read($0, at: $1) }) != nil {
            guard isFirst || last.precedes(record) else {
                throw VaultError.damaged(.record(.order))
            }
            try body(record)
            isFirst = false
            swap(&record, &last)
        }
    }

    /// Calls `body` with the records at these positions, which `forEachRecord(_:)` has found.
    ///
    /// Ascending positions are fastest.
    public func forEachRecord(
        at positions: [PayloadPosition], _ body: (borrowing Record) throws -> Void
    ) throws {
        var lines = PayloadLines(from: .start)
        var record = Record()
        for position in positions {
            lines.position = position
            guard try lines.next(in: self, { try record.read($0, at: $1) }) != nil else {
                throw VaultError.damaged(.record(.shape))
            }
            try body(record)
        }
    }
}
