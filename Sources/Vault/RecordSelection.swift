internal import Sodium

extension VaultReader {
    /// Calls `body` with the entries named `references` that exist, in order, each once.
    ///
    /// Takes less time than a search for each of them, because chunks that contain several are
    /// decrypted only once.
    public func forEachRecord(
        named references: [Reference], _ body: (borrowing Record) throws -> Void
    ) throws {
        var wanted: [Reference] = []
        for reference in references.sorted() where wanted.last != reference {
            wanted.append(reference)
        }
        try forEachRecord(startingAt: wanted) { line, reference in
            let order = try Record.order(of: line, to: reference)
            if order == .same { try body(try Record(line: line)) }
            return order == .before ? .before : .done
        }
    }

    /// Calls `body` with the entries of these kinds, in the order of their references.
    public func forEachRecord(
        of kinds: some Sequence<Reference.Kind>, _ body: (borrowing Record) throws -> Void
    ) throws {
        // No reference of a kind sorts before its first one.
        let firsts = Set(kinds.compactMap { Reference($0, "1") }).sorted()
        try forEachRecord(startingAt: firsts) { line, first in
            if try Record.order(of: line, to: first) == .before { return .before }
            let kind = "\(first.kind):".utf8.span
            guard line.count >= kind.count,
                line.extracting(first: kind.count).elementsEqual(kind)
            else { return .done }
            try body(try Record(line: line))
            return .within
        }
    }

    /// Where a line is, compared with a range of references.
    private enum Place {
        case before
        case within
        /// No later line is in the range.
        case done
    }

    /// Calls `visit` with lines, and the first reference of the range that is looked for.
    ///
    /// Reads on from one range to the next one, but searches for it if that is far away.
    private func forEachRecord(
        startingAt ranges: [Reference], _ visit: (Span<UInt8>, Reference) throws -> Place
    ) throws {
        guard !ranges.isEmpty else { return }
        if chunkCount > 1 { _ = try chunk(chunkCount - 1) }
        var next = 0
        while next < ranges.count {
            let start = next
            // For a small vault, a search would decrypt as much as reading everything.
            let position =
                start == 0 && chunkCount <= Self.scanLimit
                ? .start : try searchStart(for: ranges[start])
            var passed = 0
            var isFar = false
            try forEachLine(from: position) { line in
                while next < ranges.count {
                    switch try visit(line, ranges[next]) {
                    case .before:
                        passed += line.count
                        // Without any progress, another search would find the same line.
                        isFar = next > start && passed > Self.scanLimit * PayloadLayout.chunkBytes
                        return !isFar
                    case .within:
                        passed = 0
                        return true
                    case .done:
                        passed = 0
                        next += 1
                    }
                }
                return false
            }
            guard isFar else { return }
        }
    }

    /// The number of chunks that may be read without using them, instead of another search.
    private static var scanLimit: Int { 8 }
}
