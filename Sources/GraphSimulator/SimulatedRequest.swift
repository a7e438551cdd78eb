/// A request as the simulated Graph API sees it, free of any transport.
public struct SimulatedRequest: Equatable, Sendable {
    /// `GET`, `POST` or `DELETE`.
    public var method: String
    /// The path as sent, such as `/v26.0/me`.
    public var path: String
    /// The query as sent, percent-encoded, without its question mark.
    public var query: String
    /// The headers by lowercase name.
    public var headers: [String: String]
    /// The body as sent, percent-encoded.
    public var form: String

    /// A request; header names may be given in any case.
    public init(
        method: String = "GET", path: String, query: String = "", headers: [String: String] = [:],
        form: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = [:]
        self.form = form
        for (name, value) in headers { self.headers[name.lowercased()] = value }
    }

    /// A request from a method, a target such as `/v26.0/me?fields=id` and perhaps a form body.
    public init(
        _ method: String, _ target: String, headers: [String: String] = [:], form: String = ""
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers, form: form)
    }
}

/// An answer of the simulated Graph API, free of any transport.
public struct SimulatedResponse: Equatable, Sendable {
    /// A header line.
    public struct Header: Equatable, Sendable {
        /// The name in the case in which it is sent.
        public var name: String
        /// The value.
        public var value: String
    }

    /// What the transport does with the answer.
    public enum Delivery: Equatable, Sendable {
        /// Sends it with its length.
        case whole
        /// Sends it without saying its length beforehand.
        case chunked
        /// Announces its length, sends half of it and closes the connection.
        case cutOff
        /// Closes the connection instead.
        case reset
    }

    /// The HTTP status.
    public var status: Int
    /// The headers in the order sent; the transport adds the length.
    public var headers: [Header]
    /// The body's bytes.
    public var body: [UInt8]
    /// How long the transport waits before it answers.
    public var delay: Double = 0
    /// What the transport does with the answer.
    public var delivery = Delivery.whole

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of the first header of that name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
