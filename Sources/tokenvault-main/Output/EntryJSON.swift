import Console
import Entries
import JSON
import Vault

/// An entry that is printed, with its values decoded or as they are stored.
protocol ListedEntry {
    var reference: Reference { get }

    func status(at now: Timestamp) -> EntryStatus

    /// Writes a value of the metadata as JSON.
    func write(_ key: StoredMetadata.Key, to document: inout JSONWriter)
}

extension Entry: ListedEntry {
    func status(at now: Timestamp) -> EntryStatus { EntryStatus(self, at: now) }

    func write(_ key: StoredMetadata.Key, to document: inout JSONWriter) {
        metadata.write(key, to: &document)
    }
}

extension StoredEntry: ListedEntry {
    func status(at now: Timestamp) -> EntryStatus { EntryStatus(self, at: now) }

    func write(_ key: StoredMetadata.Key, to document: inout JSONWriter) {
        metadata.write(key, to: &document)
    }
}

extension JSONWriter {
    /// Writes an entry without its secret (tokenvault-scripting(7), "Entry"); keys without a value are null.
    ///
    /// - Parameter copy: How old the copy of a shared vault is, for `list`.
    mutating func entry(_ entry: some ListedEntry, status: EntryStatus, copy: CopyState? = nil) {
        begin("{")
        members(of: entry, status)
        if let copy {
            member("synced_at", copy.syncedAt?.description)
            member("ahead", copy.isAhead)
        }
        end("}")
    }

    /// Writes an entry as `check` prints it: with the reason why it is invalid, and what to do.
    mutating func entry(_ line: CheckReport.Line) {
        begin("{")
        members(of: line.entry, line.status)
        member("reason", line.entry.metadata.validity.reason)
        member("advice", line.advice?.text)
        end("}")
    }

    private mutating func members(of entry: some ListedEntry, _ status: EntryStatus) {
        func add(_ key: StoredMetadata.Key) {
            name(written: key.written)
            entry.write(key, to: &self)
        }
        entry.reference.write(to: &self)
        add(.name)
        member("status", status.rawValue)
        add(.expiresAt)
        add(.dataAccessExpiresAt)
        add(.app)
        add(.user)
        add(.scopes)
        add(.tasks)
        add(.category)
        add(.instagramID)
        add(.instagramUsername)
        add(.addedAt)
        add(.changedAt)
        add(.checkedAt)
    }

    /// Writes what is complete to standard output once it is a large piece.
    mutating func drain(to terminal: Terminal, from limit: Int = BufferedOutput.pieceSize) throws {
        try drain(from: limit) { try terminal.writeOutput($0) }
    }
}

extension Terminal {
    /// Prints one entry as a JSON document.
    func printJSON(_ entry: Entry, status: EntryStatus) throws {
        var document = JSONWriter()
        document.entry(entry, status: status)
        document.newline()
        try writeOutput(document.bytes.span)
    }
}
