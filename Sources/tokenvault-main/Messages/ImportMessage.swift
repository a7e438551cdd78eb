import Console
import Entries
import Tokens
import Vault

/// Why `import` cannot start, or stores nothing.
enum ImportMessage: Message {
    case inputIsTerminal
    case tooLarge
    /// The system's reason; not the path, because someone may pass a token instead of one.
    case unreadable(Reason)
    /// Everything in the file was left out.
    case nothingToStore([LeftOutSecret], hint: CommandText?)
    /// These entries exist already; `again` replaces them.
    case existing([Reference], again: CommandText?)

    enum ID: String, MessageID {
        case inputIsTerminal = "import-from-terminal"
        case tooLarge = "import-file-too-large"
        case unreadable = "import-file-unreadable"
        case nothingToStore = "nothing-to-store"
        case existing = "imported-entries-exist"
    }

    var failure: Failure {
        switch self {
        case .inputIsTerminal:
            Failure(
                ID.inputIsTerminal, .usage, "standard input is a terminal; pass a file")
        case .tooLarge:
            Failure(ID.tooLarge, .usage, "the file is larger than 4 MiB")
        case .unreadable(let reason):
            Failure(ID.unreadable, .inputOutput, "cannot read the file to import: \(reason)")
        case .nothingToStore(let leftOut, let hint):
            Failure(ID.nothingToStore, .usage, Self.line(for: leftOut), hint: hint)
        case .existing(let references, let again):
            Failure(
                ID.existing, .exists,
                "already in the vault: \(Self.list(references)); nothing was stored", hint: again)
        }
    }

    /// A single line, even for many secrets.
    private static func line(for leftOut: [LeftOutSecret]) -> MessageText {
        var line: MessageText = ""
        for (index, left) in leftOut.prefix(5).enumerated() {
            if index > 0 { line += "; " }
            line += left.words
        }
        return leftOut.count > 5 ? line + "; and \(leftOut.count - 5) more" : line
    }

    private static func list(_ references: [Reference]) -> MessageText {
        let more: MessageText = references.count > 3 ? " and \(references.count - 3) more" : ""
        return "\(Array(references.prefix(3)))\(more)"
    }

    static var samples: [ImportMessage] {
        let leftOut = LeftOutSecret.samples
        let references = [Reference.sampleApp, .samplePage, .sampleUser, .samplePage]
        let again: CommandText = "tokenvault import .env --replace"
        return [
            .inputIsTerminal, .tooLarge, .unreadable(Reason("No such file or directory")),
            .nothingToStore(leftOut, hint: "tokenvault import .env --online"),
            .existing([.samplePage], again: again), .existing(references, again: again),
        ] + leftOut.map { .nothingToStore([$0], hint: $0.hint) }
    }
}
