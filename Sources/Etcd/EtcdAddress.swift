/// Where a vault is shared: the nodes of etcd, and the prefix of the keys there.
///
/// Written as `etcd://HOST[:PORT][,HOST[:PORT]…]/PREFIX`.
package struct EtcdAddress: Equatable, Sendable {
    /// The nodes, in the order in which they are tried first.
    ///
    /// There is at least one.
    package let endpoints: [EtcdEndpoint]
    /// The prefix of all keys, without a slash at either end.
    ///
    /// It is never empty.
    package let prefix: String

    /// The maximum number of nodes.
    ///
    /// A cluster of etcd rarely has more than seven.
    package static let endpointLimit = 16
    /// The maximum length of the prefix in bytes.
    package static let prefixLimit = 256
    /// The maximum length of the whole address in bytes.
    package static let lengthLimit = 4_096

    /// The reason why a text is not an address.
    package enum Problem: Error, Equatable, CaseIterable, Sendable {
        /// It does not begin with `etcd://`.
        case scheme
        /// It contains a space, a control character or a character that is not ASCII.
        case characters
        /// It contains a user name or password. Those must never be arguments.
        case credentials
        /// A host is missing or not valid, or a port is not between 1 and 65,535.
        case host
        /// It names more than `endpointLimit` nodes.
        case tooManyHosts
        /// There is no prefix, or it contains anything but names of letters, digits, `.`, `_` and
        /// `-`, separated by single slashes; `.` and `..` are not names.
        case prefix
        /// The address is longer than `lengthLimit`, or the prefix is longer than `prefixLimit`.
        case tooLong
    }

    /// Parses an address.
    ///
    /// One slash after the prefix is ignored.
    package init(_ text: String) throws(Problem) {
        guard text.utf8.count <= Self.lengthLimit else { throw .tooLong }
        let scheme = "etcd://"
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .characters }
        guard text.lowercased().hasPrefix(scheme) else { throw .scheme }
        let rest = text.dropFirst(scheme.count)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        // Anywhere, because a password may contain a slash. No valid address has this character.
        guard !rest.contains("@") else { throw .credentials }

        let hosts = rest[..<slash].split(separator: ",", omittingEmptySubsequences: false)
        guard hosts.count <= Self.endpointLimit else { throw .tooManyHosts }
        var endpoints: [EtcdEndpoint] = []
        for host in hosts {
            guard let endpoint = EtcdEndpoint(host) else { throw .host }
            if !endpoints.contains(endpoint) { endpoints.append(endpoint) }
        }
        self.endpoints = endpoints

        var prefix = rest[slash...].dropFirst()
        if prefix.hasSuffix("/") { prefix.removeLast() }
        guard prefix.utf8.count <= Self.prefixLimit else { throw .tooLong }
        let names = prefix.split(separator: "/", omittingEmptySubsequences: false)
        guard names.allSatisfy(Self.isName) else { throw .prefix }
        self.prefix = String(prefix)
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default:
                    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "_")
                }
            }
    }
}

extension EtcdAddress: CustomStringConvertible {
    /// The address as it can be parsed again.
    package var description: String {
        "etcd://\(endpoints.map(\.description).joined(separator: ","))/\(prefix)"
    }
}
