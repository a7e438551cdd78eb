public import NIOCore

/// An HTTP request as it goes out.
///
/// Holds secrets: nothing may print or keep it.
public struct HTTPRequest: Sendable {
    /// GET, POST or DELETE.
    public let method: String
    /// The whole address with its query.
    public let url: String
    /// Names and values.
    public let headers: [(name: String, value: String)]
    /// A form, or nothing.
    public let body: [UInt8]
    /// When the call must be over, the response's body included.
    public let deadline: NIODeadline

    /// A request with these parts.
    public init(
        method: String, url: String, headers: [(name: String, value: String)], body: [UInt8],
        deadline: NIODeadline
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
    }
}

/// An HTTP answer, body and all.
public struct HTTPResponse: Sendable {
    /// The status code.
    public let status: Int
    /// Names in lower case.
    public let headers: [(name: String, value: String)]
    /// At most `HTTPTransport.responseLimit` bytes.
    public let body: [UInt8]

    /// An answer with these parts.
    public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, given in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
