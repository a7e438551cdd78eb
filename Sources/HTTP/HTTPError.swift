/// How a request can fail before there is a response.
public enum HTTPError: Error, Equatable, Sendable {
    /// No response came.
    case unreachable(Unreachable)
    /// The response, which came with that status, is longer than `HTTPTransport.responseLimit`.
    case tooLarge(status: Int)

    /// Why no response came.
    public enum Unreachable: Equatable, Sendable {
        /// The host name is not known.
        case unknownHost
        /// Nobody listens there, or something on the way blocks it.
        case noConnection
        /// The certificate is not trusted, or TLS failed in another way.
        case untrusted
        /// The connection broke before the response was complete.
        case connectionClosed
        /// No response within the time allowed.
        case timeout
        /// The proxy did not let the request through.
        case proxy
    }
}
