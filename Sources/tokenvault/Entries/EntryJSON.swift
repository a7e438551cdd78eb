import Vault

extension JSONWriter {
    /// An entry without its secret (README, "JSON"); keys without a value are null.
    mutating func entry(_ entry: Entry, status: EntryStatus) {
        begin("{")
        members(of: entry, status: status)
        end("}")
    }

    /// As `check` prints it: with why it is not valid, and what to do.
    mutating func entry(_ line: CheckReport.Line) {
        begin("{")
        members(of: line.entry, status: line.status)
        member("reason", line.entry.metadata.reason)
        member("advice", line.advice)
        end("}")
    }

    private mutating func members(of entry: Entry, status: EntryStatus) {
        let metadata = entry.metadata
        member("ref", entry.reference.description)
        member("kind", entry.reference.kind.description)
        member("id", entry.reference.id)
        member("name", metadata.name)
        member("status", status.rawValue)
        member("expires_at", metadata.expiresAt.text)
        member("data_access_expires_at", metadata.dataAccessExpiresAt.text)
        member("app", metadata.app?.description)
        member("user", metadata.user?.description)
        member("scopes", metadata.scopes)
        member("tasks", metadata.tasks)
        member("category", metadata.category)
        member("added_at", metadata.addedAt?.description)
        member("changed_at", metadata.changedAt?.description)
        member("checked_at", metadata.checkedAt?.description)
    }
}

extension Terminal {
    /// Prints one entry as a JSON document.
    func printJSON(_ entry: Entry, status: EntryStatus) throws {
        var document = JSONWriter()
        document.entry(entry, status: status)
        document.lineFeed()
        try writeOutput(document.bytes.span)
    }
}
