internal import Sodium

extension VaultReader {
    /// Lends the entry named `reference` to `body`.
    ///
    /// Decrypts only a few chunks: those that a binary search touches, and the last one, so that a
    /// truncated file is noticed.
    ///
    /// - Throws: `VaultError.noEntry` if there is no such entry.
    public func withRecord<Result>(
        _ reference: Reference, _ body: (borrowing Record) throws -> Result
    ) throws -> Result {
        if chunkCount > 1 { _ = try chunk(chunkCount - 1) }
        var result: Result?
        try forEachLine(from: try searchStart(for: reference)) { line in
            let order = try Record.order(of: line, to: reference)
            if order == .same { result = try body(try Record(line: line)) }
            return order == .before
        }
        guard let result else { throw VaultError.noEntry(reference) }
        return result
    }

    /// Returns the references of one kind, in order.
    ///
    /// Decrypts only as many chunks as a search for one entry, and those that contain the kind's
    /// entries.
    public func references(of kind: Reference.Kind) throws -> [Reference] {
        // No reference of the kind sorts before this one.
        guard let first = Reference(kind, "1") else { return [] }
        if chunkCount > 1 { _ = try chunk(chunkCount - 1) }
        var references: [Reference] = []
        try forEachLine(from: try searchStart(for: first)) { line in
            let reference = try Record.reference(on: line)
            if reference.kind == kind { references.append(reference) }
            return reference < first || reference.kind == kind
        }
        return references
    }

    /// Returns the beginning of a line that is at or shortly before the entry named `reference`.
    func searchStart(for reference: Reference) throws -> PayloadPosition {
        var best = PayloadPosition.start
        var low = 0
        var high = chunkCount
        while high - low > 1 {
            let middle = (low + high) / 2
            guard let line = try firstLine(inChunks: middle..<high), line.reference <= reference
            else {
                high = middle
                continue
            }
            best = line.position
            low = max(middle, line.position.chunk)
        }
        return best
    }

    /// Returns the first line that begins after a newline in these chunks.
    private func firstLine(
        inChunks range: Range<Int>
    ) throws -> (position: PayloadPosition, reference: Reference)? {
        for index in range {
            let chunk = try chunk(index)
            guard let newline = chunk.withBytes({ $0.firstIndex(of: Record.newline) }) else {
                continue
            }
            let isAtEnd = newline + 1 == chunk.count
            let position = PayloadPosition(
                chunk: isAtEnd ? index + 1 : index, offset: isAtEnd ? 0 : newline + 1)
            guard position.chunk < chunkCount else { return nil }
            return (position, try reference(at: position, in: chunk, number: index))
        }
        return nil
    }

    /// Returns the reference at `position`, which may continue in the next chunk.
    private func reference(
        at position: PayloadPosition, in chunk: SharedSecret, number: Int
    ) throws -> Reference {
        var line = Secret(minimumCapacity: 128)
        if position.chunk == number {
            chunk.withBytes { bytes in
                line.append(
                    bytes.extracting(position.offset..<min(bytes.count, position.offset + 128)))
            }
        }
        if line.count < 128, number + 1 < chunkCount {
            try self.chunk(number + 1).withBytes { line.append($0.extracting(first: 128)) }
        }
        return try line.withBytes { try Record.reference(on: $0) }
    }
}

/// Where a record sorts, compared with a reference.
enum RecordOrder {
    case before
    case same
    case after
}

extension Record {
    /// Returns the reference of the record on `line`, which may be only the beginning of a line.
    fileprivate static func reference(on line: Span<UInt8>) throws(VaultError) -> Reference {
        do throws(RecordFault) {
            return try Record.reference(in: line).value
        } catch {
            throw .damaged(.record(error))
        }
    }

    /// Returns how this record sorts against `reference`.
    borrowing func order(to reference: Reference) throws(VaultError) -> RecordOrder {
        try withLine { line throws(VaultError) in try Record.order(of: line, to: reference) }
    }

    /// Returns how the record on `line` sorts against `reference`, parsing no more than that needs.
    static func order(
        of line: Span<UInt8>, to reference: Reference
    ) throws(VaultError) -> RecordOrder {
        let wanted = reference.description.utf8.span
        do throws(RecordFault) {
            let end = try Record.referenceEnd(in: line)
            for index in 0..<min(end, wanted.count) where line[index] != wanted[index] {
                return line[index] < wanted[index] ? .before : .after
            }
            if end == wanted.count { return .same }
            return end < wanted.count ? .before : .after
        } catch {
            throw .damaged(.record(error))
        }
    }
}
