/// A failure to get a complete response.
public enum HTTPError: Error, Equatable, Sendable {
    /// There was no complete response.
    case unreachable(Unreachable)
    /// The response, with this status code, is longer than `HTTPTransport.responseLimit`.
    case tooLarge(status: Int)

    /// The reason why there was no complete response.
    public enum Unreachable: Equatable, Sendable {
        /// The host name cannot be resolved.
        case unknownHost
        /// Nothing listens at that address, or something on the network path blocks the connection.
        case noConnection
        /// No connection was established in time.
        case connectTimeout
        /// The certificate is not trusted, or TLS failed for another reason.
        case untrusted
        /// The server does not accept this client's certificate, or requires one.
        case certificateRefused
        /// The connection was closed before the response was complete.
        case connectionClosed
        /// The response is not valid HTTP/1.1.
        case notHTTP
        /// The deadline passed.
        case timeout
        /// The proxy rejected the request.
        case proxy
    }
}
