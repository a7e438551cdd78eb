import JSON
import Vault

/// The document that the command of `--on-change` receives (tokenvault-scripting(7), "HOOKS").
struct ChangeDocument {
    let bytes: [UInt8]

    /// Creates a document about what a command changed, or returns `nil` if that is nothing to report.
    ///
    /// The secret that a rotation replaced is kept, but nobody uses it, so it is not listed.
    init?(_ changes: [SecretChanges.Change], by command: String) {
        let listed = changes.filter { $0.reference.suffix != "previous" }
        guard !listed.isEmpty else { return nil }
        var json = JSONWriter()
        json.begin("{")
        json.member("command", command)
        json.name("changed")
        json.begin("[")
        for change in listed {
            json.beginLine()
            json.begin("{")
            json.member("ref", change.reference.description)
            json.member("kind", change.reference.kind.description)
            json.member("name", change.name)
            json.member("expires_at_before", change.expiryBefore.text)
            json.member("expires_at", change.expiry.text)
            json.end("}")
        }
        json.newline()
        json.end("]")
        json.end("}")
        json.newline()
        bytes = json.bytes
    }
}
