import Console
import Entries
import JSON
import Vault

extension JSONWriter {
    /// Writes an entry without its secret (tokenvault-scripting(7), "Entry"); keys without a value are null.
    ///
    /// - Parameter copy: How old the copy of a shared vault is, for `list`.
    mutating func entry(_ entry: Entry, status: EntryStatus, copy: CopyState? = nil) {
        begin("{")
        members(of: entry, status: status)
        if let copy {
            member("synced_at", copy.syncedAt?.description)
            member("ahead", copy.isAhead)
        }
        end("}")
    }

    /// Writes an entry as `check` prints it: with the reason why it is invalid, and what to do.
    mutating func entry(_ line: CheckReport.Line) {
        begin("{")
        members(of: line.entry, status: line.status)
        member("reason", line.entry.metadata.validity.reason)
        member("advice", line.advice?.text)
        end("}")
    }

    private mutating func members(of entry: Entry, status: EntryStatus) {
        member("ref", entry.reference.description)
        member("kind", entry.reference.kind.description)
        member("id", entry.reference.id)
        member("name", entry.metadata.name)
        member("status", status.rawValue)
        member("expires_at", entry.metadata.expiresAt.text)
        member("data_access_expires_at", entry.metadata.dataAccessExpiresAt.text)
        member("app", entry.metadata.app?.description)
        member("user", entry.metadata.user?.description)
        member("scopes", entry.metadata.scopes)
        member("tasks", entry.metadata.tasks)
        member("category", entry.metadata.category)
        member("instagram_id", entry.metadata.instagramID)
        member("instagram_username", entry.metadata.instagramUsername)
        member("added_at", entry.metadata.addedAt?.description)
        member("changed_at", entry.metadata.changedAt?.description)
        member("checked_at", entry.metadata.checkedAt?.description)
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
