import HTTP

/// The server and version of the Graph API to which requests go.
public struct GraphEndpoint: Equatable, Sendable {
    /// The URL up to and including the version, without a trailing slash.
    let base: String
    /// The host and, if given, the port, for messages.
    public let host: String
    /// Whether the connection is encrypted; unencrypted connections stay on this machine.
    public let isEncrypted: Bool
    /// Whether this is one of Meta's own hosts.
    public let isMeta: Bool
    /// The version, such as `v26.0`, or `nil` for unversioned calls.
    public let version: String?

    /// The URL of Meta's server.
    public static let defaultURL = "https://graph.facebook.com"
    /// The version for which this program was written.
    public static let defaultVersion = "v26.0"

    /// The reason why a URL or version cannot be used.
    public enum Unusable: Error, Equatable {
        /// The text is not a URL, or has parts other than a scheme, a host, a port and a path.
        case url
        /// Plain `http` to another machine would expose the token on the network.
        case unencrypted
        /// The version is neither `vNN.N` nor `none`.
        case version
    }

    /// Creates an endpoint at `url` with a version `vNN.N`, or `none` for unversioned calls.
    public init(url: String, version: String) throws(Unusable) {
        try self.init(url: url, version: version, domains: ["facebook.com"])
    }

    /// Creates an endpoint like the other initializer; `domains` are those of Meta's own hosts.
    init(url: String, version: String, domains: [String]) throws(Unusable) {
        guard let address = WebAddress(url), address.userInfo == nil, address.query == nil,
            address.fragment == nil
        else { throw .url }
        isEncrypted = address.scheme == "https"
        guard isEncrypted || address.isLoopback else { throw .unencrypted }
        host = address.authority
        let name = address.host.lowercased()
        isMeta = isEncrypted && domains.contains { name == $0 || name.hasSuffix(".\($0)") }
        var path = address.path[...]
        while path.hasSuffix("/") { path.removeLast() }
        let base = "\(address.scheme)://\(host)\(path)"
        if version == "none" {
            self.version = nil
            self.base = base
        } else {
            guard GraphVersion.isName(version) else { throw .version }
            self.version = version
            self.base = "\(base)/\(version)"
        }
    }

    /// Whether the path of the URL itself ends with a version.
    var endsWithVersion: Bool {
        base.split(separator: "/").last.map { GraphVersion.isName($0) } ?? false
    }
}
