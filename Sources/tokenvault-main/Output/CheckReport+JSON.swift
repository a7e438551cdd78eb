import Console
import Graph
import JSON
import Vault

extension CheckReport {
    /// Prints the report as one JSON document, with a line per entry.
    func printJSON(_ lines: Lines, in world: World) throws {
        var document = JSONWriter()
        document.begin("{")
        document.member("status", statusWord)
        document.name("versions")
        document.begin("[")
        for version in context.versions {
            document.begin("{")
            document.member("api", version.api.rawValue)
            document.member("version", version.version)
            document.member("ends", version.ends?.description)
            document.end("}")
        }
        document.end("]")
        document.name("entries")
        document.begin("[")
        try lines { line in
            document.beginLine()
            document.entry(line)
            try document.drain(to: world.terminal)
        }
        if !isEmpty { document.newline() }
        document.end("]")
        document.end("}")
        document.newline()
        try document.drain(to: world.terminal, from: 0)
    }

    private var statusWord: String {
        switch status {
        case .done: "ok"
        case .expiring: "warning"
        default: "critical"
        }
    }
}
