internal import Sodium

extension VaultReader {
    /// Lends the entry of that name to `body`, having opened a few chunks of the file: those that a
    /// binary search touches, and the last, so that a cut file is noticed.
    ///
    /// - Throws: `VaultError.noEntry` where there is none.
    public func withRecord<Result>(
        _ reference: Reference, _ body: (borrowing Record) throws -> Result
    ) throws -> Result {
        if chunkCount > 1 { _ = try chunk(chunkCount - 1) }
        var result: Result?
        try forEachLine(from: try placeBefore(reference)) { line in
            let order = try Record.order(of: line, to: reference)
            if order == .same { result = try body(try Record.reading(line)) }
            return order == .before
        }
        guard let result else { throw VaultError.noEntry(reference) }
        return result
    }

    /// The references of that kind, in order; as few chunks are opened as for one of them, and those
    /// that they lie in.
    public func references(of kind: Reference.Kind) throws -> [Reference] {
        // No reference of the kind comes before this one.
        guard let first = Reference(kind, "1") else { return [] }
        if chunkCount > 1 { _ = try chunk(chunkCount - 1) }
        var references: [Reference] = []
        try forEachLine(from: try placeBefore(first)) { line in
            let reference = try Record.reference(on: line)
            if reference.kind == kind { references.append(reference) }
            return reference < first || reference.kind == kind
        }
        return references
    }

    /// The beginning of a line that is not behind the entry of that name, nor far before it.
    func placeBefore(_ reference: Reference) throws -> PayloadPlace {
        var best = PayloadPlace(chunk: 0, offset: 0)
        var low = 0
        var high = chunkCount
        while high - low > 1 {
            let middle = (low + high) / 2
            guard let line = try firstLine(inChunks: middle..<high), line.reference <= reference
            else {
                high = middle
                continue
            }
            best = line.place
            low = max(middle, line.place.chunk)
        }
        return best
    }

    /// The first line that begins behind a line feed within these chunks.
    private func firstLine(
        inChunks range: Range<Int>
    ) throws -> (place: PayloadPlace, reference: Reference)? {
        for index in range {
            let chunk = try chunk(index)
            guard let feed = chunk.withBytes({ $0.firstIndex(of: Record.lineFeed) }) else {
                continue
            }
            let isAtEnd = feed + 1 == chunk.count
            let place = PayloadPlace(
                chunk: isAtEnd ? index + 1 : index, offset: isAtEnd ? 0 : feed + 1)
            guard place.chunk < chunkCount else { return nil }
            return (place, try reference(at: place, in: chunk, number: index))
        }
        return nil
    }

    /// The reference at `place`, which the chunk's end may cut in two.
    private func reference(
        at place: PayloadPlace, in chunk: borrowing Secret, number: Int
    ) throws -> Reference {
        var line = Secret(minimumCapacity: 128)
        if place.chunk == number {
            chunk.withBytes { bytes in
                line.append(bytes.extracting(place.offset..<min(bytes.count, place.offset + 128)))
            }
        }
        if line.count < 128, number + 1 < chunkCount {
            try self.chunk(number + 1).withBytes { line.append($0.extracting(first: 128)) }
        }
        return try line.withBytes { try Record.reference(on: $0) }
    }
}

/// Where a record stands, seen from another's reference.
enum RecordOrder {
    case before
    case same
    case behind
}

extension Record {
    /// The reference of the record that `line` holds, or begins with.
    fileprivate static func reference(on line: Span<UInt8>) throws(VaultError) -> Reference {
        do throws(RecordFault) {
            return try Record.reference(in: line).value
        } catch {
            throw .damaged(.record(error))
        }
    }

    /// The order of the record on `line`, which is taken apart only as far as that needs.
    static func order(
        of line: Span<UInt8>, to reference: Reference
    ) throws(VaultError) -> RecordOrder {
        let wanted = reference.description.utf8.span
        do throws(RecordFault) {
            let end = try Record.referenceEnd(in: line)
            for index in 0..<min(end, wanted.count) where line[index] != wanted[index] {
                return line[index] < wanted[index] ? .before : .behind
            }
            if end == wanted.count { return .same }
            return end < wanted.count ? .before : .behind
        } catch {
            throw .damaged(.record(error))
        }
    }
}
