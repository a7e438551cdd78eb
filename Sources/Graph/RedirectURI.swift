import HTTP

/// Where the login dialog sends the person's browser when it is done (`redirect_uri`).
///
/// Meta compares it letter by letter with what is registered with the app, so it is kept as written.
public struct RedirectURI: Equatable, Sendable {
    /// As it was given.
    public let text: String
    /// Where the browser's request can be waited for, or nil where it goes to another machine or needs
    /// a certificate.
    public let place: Place?

    /// A place on this machine that can be listened at.
    public struct Place: Equatable, Sendable {
        /// Numeric addresses; a browser may take any of them for `localhost`.
        public let hosts: [String]
        /// The port.
        public let port: Int
        let path: String
    }

    /// The address that `text` spells: `https`, or plain `http` on this machine.
    public init(_ text: String) throws(GraphEndpoint.Unusable) {
        guard let address = WebAddress(text), address.userInfo == nil, address.fragment == nil
        else { throw .url }
        self.text = text
        guard address.scheme == "http" else {
            place = nil
            return
        }
        guard address.isLoopback else { throw .unencrypted }
        let host = address.host.lowercased()
        place = Place(
            hosts: host == "localhost"
                ? ["127.0.0.1", "::1"] : [host.filter { $0 != "[" && $0 != "]" }],
            port: address.port ?? 80, path: address.path.isEmpty ? "/" : address.path)
    }
}
