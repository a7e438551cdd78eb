internal import AsyncHTTPClient

/// A proxy for HTTPS, configured with `HTTPS_PROXY` and `NO_PROXY`.
public struct HTTPProxy: Equatable, Sendable {
    let host: String
    let port: Int
    private let user: String?
    private let password: String?

    /// The value of `HTTPS_PROXY` is not a valid proxy URL.
    public struct Unusable: Error, Equatable {}

    /// Returns the proxy for calls to `host`, or `nil` if none is set or `NO_PROXY` excludes it.
    ///
    /// As with curl, lowercase variable names take precedence over uppercase ones.
    public static func proxy(
        for host: String, environment: [String: String]
    ) throws(Unusable) -> HTTPProxy? {
        func variable(_ name: String) -> String? {
            [name.lowercased(), name].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        guard let text = variable("HTTPS_PROXY") else { return nil }
        if let exceptions = variable("NO_PROXY"), excepts(exceptions, host) { return nil }
        guard let address = WebAddress(text.contains("://") ? text : "http://\(text)"),
            address.scheme == "http"
        else { throw Unusable() }
        let login = address.userInfo?.split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false
        ).map { percentDecoded($0) }
        guard login?.contains(nil) != true else { throw Unusable() }
        return HTTPProxy(
            host: String(address.host.filter { $0 != "[" && $0 != "]" }), port: address.port ?? 80,
            user: login?.first ?? nil, password: login?.dropFirst().first ?? nil)
    }

    /// Returns whether `NO_PROXY`, a comma-separated list of hosts and domains or `*`, matches.
    private static func excepts(_ exceptions: String, _ host: String) -> Bool {
        let host = bareHost(host)
        return exceptions.split(separator: ",").contains { exception in
            var domain = exception.filter { $0 != " " }.lowercased()
            if domain == "*" { return true }
            if domain.hasPrefix(".") { domain.removeFirst() }
            domain = bareHost(domain)
            return host == domain || host.hasSuffix(".\(domain)")
        }
    }

    /// Returns the host in lowercase without its port, and without the brackets of an IPv6 address.
    private static func bareHost(_ text: String) -> String {
        let host = text.lowercased()
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            return String(host[host.index(after: host.startIndex)..<end])
        }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : host
    }

    var credentials: HTTPClient.Authorization? {
        guard let user else { return nil }
        return .basic(username: user, password: password ?? "")
    }
}
