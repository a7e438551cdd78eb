import JSON

/// The document that the command of `check --on-problem` receives (tokenvault-scripting(7), "HOOKS").
struct ProblemDocument {
    let bytes: [UInt8]

    /// Creates a document with an entry for each line, as in the output of `check --json`.
    init(_ lines: [CheckReport.Line]) {
        var json = JSONWriter()
        json.begin("{")
        json.name("problems")
        json.begin("[")
        for line in lines {
            json.beginLine()
            json.entry(line)
        }
        json.newline()
        json.end("]")
        json.end("}")
        json.newline()
        bytes = json.bytes
    }
}
