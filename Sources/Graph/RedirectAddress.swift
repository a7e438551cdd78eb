import FoundationEssentials

/// Where the login dialog sends the person's browser when it is done (`redirect_uri`).
///
/// Meta compares it letter by letter with what is registered with the app, so it is kept as written.
public struct RedirectAddress: Equatable, Sendable {
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
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.fragment == nil, scheme == "https" || scheme == "http"
        else { throw .url }
        self.text = text
        guard scheme == "http" else {
            place = nil
            return
        }
        guard GraphEndpoint.isLoopback(host) else { throw .unencrypted }
        let number = String(host.filter { $0 != "[" && $0 != "]" })
        let port = parts.port ?? 80
        guard (1...65535).contains(port) else { throw .url }
        place = Place(
            hosts: host == "localhost" ? ["127.0.0.1", "::1"] : [number], port: port,
            path: parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath)
    }
}
