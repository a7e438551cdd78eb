internal import HTTP
internal import NIOCore

/// The address of one node of etcd.
///
/// Connections to it are always encrypted.
package struct EtcdEndpoint: Hashable, Sendable {
    /// The host name or address; an IPv6 address includes its brackets.
    package let host: String
    /// The port of etcd's clients.
    package let port: Int

    /// The port that etcd itself uses unless told otherwise.
    package static let defaultPort = 2379

    /// Parses `HOST` or `HOST:PORT`.
    init?(_ text: Substring) {
        guard let address = WebAddress("https://\(text)"), address.authority == text else {
            return nil
        }
        if address.host.hasPrefix("[") {
            let bare = String(address.host.dropFirst().dropLast())
            guard (try? SocketAddress(ipAddress: bare, port: 0)) != nil else { return nil }
        }
        host = address.host
        port = address.port ?? Self.defaultPort
    }

    /// The base of all URLs, without a trailing slash.
    package var url: String { "https://\(host):\(port)" }
}

extension EtcdEndpoint: CustomStringConvertible {
    /// The host, followed by the port unless it is etcd's own.
    package var description: String { port == Self.defaultPort ? host : "\(host):\(port)" }
}
