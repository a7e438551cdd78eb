/// A request to the simulated Graph API, independent of any transport.
public struct SimulatedRequest: Equatable, Sendable {
    /// `GET`, `POST` or `DELETE`.
    public var method: String
    /// The path as sent, such as `/v26.0/me`.
    public var path: String
    /// The query as sent, percent-encoded, without its question mark.
    public var query: String
    /// The headers by lowercase name.
    public var headers: [String: String]
    /// The body as sent.
    public var body: [UInt8]

    /// The body as text: a percent-encoded form or, with files, a multipart one.
    public var form: String {
        get { String(decoding: body, as: UTF8.self) }
        set { body = Array(newValue.utf8) }
    }

    /// Creates a request; header names may be in any case.
    public init(
        method: String = "GET", path: String, query: String = "", headers: [String: String] = [:],
        form: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = [:]
        body = Array(form.utf8)
        for (name, value) in headers { self.headers[name.lowercased()] = value }
    }

    /// Creates a request from a method, a target such as `/v26.0/me?fields=id` and an optional
    /// form.
    public init(
        _ method: String, _ target: String, headers: [String: String] = [:], form: String = ""
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers, form: form)
    }
}

/// A response of the simulated Graph API, independent of any transport.
public struct SimulatedResponse: Equatable, Sendable {
    /// A header.
    public struct Header: Equatable, Sendable {
        /// The name in the case in which it is sent.
        public var name: String
        /// The value.
        public var value: String
    }

    /// The way in which the transport sends a response.
    public enum Delivery: Equatable, Sendable {
        /// Send it with its length.
        case whole
        /// Send it without announcing its length.
        case chunked
        /// Announce its length, send half of it and close the connection.
        case cutOff
        /// Close the connection instead.
        case reset
    }

    /// The HTTP status.
    public var status: Int
    /// The headers in the order sent; the transport adds the length.
    public var headers: [Header]
    /// The body as bytes.
    public var body: [UInt8]
    /// The number of seconds that the transport waits before it responds.
    public var delay: Double = 0
    /// The way in which the transport sends the response.
    public var delivery = Delivery.whole

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// Returns the value of the first header with this name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
