import HTTP

/// Where Graph is asked, and in which version.
public struct GraphEndpoint: Equatable, Sendable {
    /// Scheme, host and version, without a slash at the end.
    let base: String
    /// The host, for messages.
    public let host: String
    /// Whether the way there is encrypted; where it is not, it does not leave this machine.
    public let isEncrypted: Bool
    /// Whether it is one of Meta's own hosts.
    public let isMeta: Bool
    /// Such as `v26.0`, or nil for calls without one.
    public let version: String?

    /// Meta's own address.
    public static let defaultURL = "https://graph.facebook.com"
    /// The version that this program was written against.
    public static let defaultVersion = "v26.0"

    /// Why an address or version cannot be used.
    public enum Unusable: Error, Equatable {
        /// Not a URL of scheme and host, perhaps a path.
        case url
        /// Plain `http` to another machine: the token could be read on its way.
        case unencrypted
        /// Neither `vNN.N` nor `none`.
        case version
    }

    /// The endpoint at `url`, in `version`: `vNN.N`, or `none` for unversioned calls.
    public init(url: String, version: String) throws(Unusable) {
        guard let address = WebAddress(url), address.userInfo == nil, address.query == nil,
            address.fragment == nil
        else { throw .url }
        isEncrypted = address.scheme == "https"
        guard isEncrypted || address.isLoopback else { throw .unencrypted }
        host = address.authority
        let name = address.host.lowercased()
        isMeta = isEncrypted && (name == "facebook.com" || name.hasSuffix(".facebook.com"))
        var path = address.path[...]
        while path.hasSuffix("/") { path.removeLast() }
        let base = "\(address.scheme)://\(host)\(path)"
        if version == "none" {
            self.version = nil
            self.base = base
        } else {
            guard version.wholeMatch(of: /v[0-9]{1,3}\.[0-9]{1,2}/) != nil else { throw .version }
            self.version = version
            self.base = "\(base)/\(version)"
        }
    }
}
