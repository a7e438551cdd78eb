public import NIOCore

/// An HTTP request, ready to be sent.
///
/// It contains secrets: never print or store it.
public struct HTTPRequest: Sendable {
    /// `GET`, `POST` or `DELETE`.
    public let method: String
    /// The complete URL with its query.
    public let url: String
    /// The header names and values.
    public let headers: [(name: String, value: String)]
    /// The body of a POST request; otherwise empty.
    public let body: [UInt8]
    /// The time by which the whole response, including its body, must have arrived.
    public let deadline: NIODeadline

    /// Creates a request from its parts.
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

/// A complete HTTP response.
public struct HTTPResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The headers, with names in lowercase.
    public let headers: [(name: String, value: String)]
    /// The body, at most `HTTPTransport.responseLimit` bytes.
    public let body: [UInt8]
    /// The version of HTTP, such as `1.1`.
    public let version: String

    /// Creates a response from its parts.
    public init(
        status: Int, headers: [(name: String, value: String)], body: [UInt8],
        version: String = "1.1"
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.version = version
    }

    /// Returns the value of the first header named `name`, which must be lowercase, or `nil`.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
