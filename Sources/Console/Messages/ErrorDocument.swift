import JSON

/// An error as JSON.
package struct ErrorDocument {
    /// The document, on one line that ends with a newline.
    package let text: String

    /// Creates the document for `failure`.
    ///
    /// `warnings` are part of the document because nothing else may appear on standard error.
    package init(_ failure: Failure, hint: String?, warnings: [String] = []) {
        var json = JSONWriter(escaping: .terminal)
        json.begin("{")
        json.name("error")
        json.begin("{")
        json.member("kind", failure.kind.rawValue)
        json.member("message", failure.message.text)
        if let hint { json.member("hint", hint) }
        json.member("exit", Int(failure.status.rawValue))
        if let graph = failure.refusal {
            // Meta may send a name instead of a code; it is then the type, and the code is 0.
            if graph.code != 0 || graph.type == nil { json.member("code", graph.code) }
            if let subcode = graph.subcode { json.member("subcode", subcode) }
            if let type = graph.type { json.member("type", type) }
            if let title = graph.userTitle { json.member("error_user_title", title) }
            if let message = graph.userMessage { json.member("error_user_msg", message) }
            if let trace = graph.fbtraceID { json.member("fbtrace_id", trace) }
            json.member("http_status", graph.httpStatus)
        }
        if !warnings.isEmpty { json.member("warnings", warnings) }
        json.end("}")
        json.end("}")
        json.newline()
        text = String(decoding: json.bytes, as: UTF8.self)
    }
}
