/// A response of the simulated Graph API, before it is rendered as bytes.
struct GraphResponse {
    enum Body {
        case json(JSONValue)
        case text(String, contentType: String)
        case bytes([UInt8], contentType: String)
    }

    var status = 200
    var body: Body
    var headers: [SimulatedResponse.Header] = []
    /// The `WWW-Authenticate` header of a refusal.
    var challenge: String?
    var delay = 0.0
    var delivery = SimulatedResponse.Delivery.whole

    init(_ json: JSONValue) { body = .json(json) }

    init(text: String, contentType: String, status: Int = 200) {
        body = .text(text, contentType: contentType)
        self.status = status
    }

    init(_ failure: GraphFailure, trace: String) {
        var members = failure.members
        members["fbtrace_id"] = .string(trace)
        body = .json(["error": .object(members)])
        status = failure.status
        let message = Self.headerText(failure)
        challenge = "OAuth \"Facebook Platform\" \"\(failure.word)\" \"\(message)\""
    }

    /// The JSON object in the body, or `nil` if the body is anything else.
    var object: JSONObject? {
        get { if case .json(let json) = body { json.object } else { nil } }
        set { if let newValue { body = .json(.object(newValue)) } }
    }

    var bytes: [UInt8] {
        switch body {
        case .json(let json): json.rendered
        case .text(let text, _): Array(text.utf8)
        case .bytes(let bytes, _): bytes
        }
    }

    var contentType: String {
        switch body {
        case .json: "application/json; charset=UTF-8"
        case .text(_, let contentType), .bytes(_, let contentType): contentType
        }
    }

    /// Returns the response with the headers that the Graph API sends.
    func rendered(trace: String, version: GraphVersion?, at now: Int) -> SimulatedResponse {
        let body = bytes
        var all: [(String, String)] = [("Content-Type", contentType)]
        if status == 200 { all.append(("ETag", "\"\(Self.digest(body))\"")) }
        if let challenge { all.append(("WWW-Authenticate", challenge)) }
        let caching = challenge == nil ? "private, no-cache, no-store, must-revalidate" : "no-store"
        all.append(("Cache-Control", caching))
        all += [
            ("x-fb-request-id", trace), ("x-fb-trace-id", trace), ("x-fb-rev", "1000000001"),
            ("X-FB-Debug", "FAKEdebug"),
        ]
        if let version { all.append(("facebook-api-version", version.name)) }
        all += [
            ("Strict-Transport-Security", "max-age=15552000; preload"),
            ("Access-Control-Allow-Origin", "*"), ("Pragma", "no-cache"),
            ("Expires", "Sat, 01 Jan 2000 00:00:00 GMT"), ("Vary", "Origin, Accept-Encoding"),
            ("Date", GraphTime.inDateHeader(now)),
        ]
        var lines = all.map { SimulatedResponse.Header(name: $0.0, value: $0.1) }
        for header in headers {
            lines.removeAll { $0.name.lowercased() == header.name.lowercased() }
            lines.append(header)
        }
        return SimulatedResponse(
            status: status, headers: lines, body: body, delay: delay, delivery: delivery)
    }

    /// Returns the FNV-1a hash: good enough for an entity tag, and fast for large responses.
    private static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// Returns the message on one line of ASCII, as required for a header.
    private static func headerText(_ failure: GraphFailure) -> String {
        failure.message.split { $0.isWhitespace || !$0.isASCII }.joined(separator: " ")
    }
}
