package import Sodium

extension VaultReader {
    /// Returns a new vault file, in memory, with the records of this one and `changes`.
    ///
    /// - Parameters:
    ///   - header: The header of the new file, with its generation; its slots must hold `dataKey`.
    ///   - dataKey: The data key of the new file.
    package func resealed(
        as header: Header, dataKey: SharedSecret, changedBy changes: [EntryChange]
    ) throws -> [UInt8] {
        guard header.generation <= UInt64(Int64.max) else { throw VaultError.exhausted }
        var writer = try dataKey.withSecret { dataKey in
            try PayloadWriter(to: MemorySink(), header: header, dataKey: dataKey)
        }
        // Whoever shares the vault compares what it had before with what it has at the end.
        var notes = SaveNotes(for: nil)
        try writer.append(self, changedBy: changes, &notes)
        return try writer.finish().takeBytes()
    }
}
