import HTTP

/// The URI to which the login dialog redirects the user's browser (`redirect_uri`).
///
/// Meta compares it character by character with the URIs registered for the app, so it is kept as
/// written.
public struct RedirectURI: Equatable, Sendable {
    /// The URI as written.
    public let text: String
    /// The address on which to listen for the browser.
    ///
    /// It is `nil` if the URI is on another machine or requires a certificate.
    public let listenAddress: ListenAddress?

    /// An address on this machine on which a server can listen.
    public struct ListenAddress: Equatable, Sendable {
        /// The numeric IP addresses; a browser may use any of them for `localhost`.
        public let hosts: [String]
        /// The port.
        public let port: Int
        let path: String
    }

    /// Parses `text`, which must be an `https` URI, or an `http` URI on this machine.
    public init(_ text: String) throws(GraphEndpoint.Unusable) {
        guard let address = WebAddress(text), address.userInfo == nil, address.fragment == nil
        else { throw .url }
        self.text = text
        guard address.scheme == "http" else {
            listenAddress = nil
            return
        }
        guard address.isLoopback else { throw .unencrypted }
        let host = address.host.lowercased()
        listenAddress = ListenAddress(
            hosts: host == "localhost"
                ? ["127.0.0.1", "::1"] : [host.filter { $0 != "[" && $0 != "]" }],
            port: address.port ?? 80, path: address.path.isEmpty ? "/" : address.path)
    }
}
