/// A URL with a host, read so strictly that no two readers of URLs can disagree about where it leads.
public struct WebAddress: Equatable, Sendable {
    /// `http` or `https`.
    public let scheme: String
    /// The user name and password, still percent-encoded.
    public let userInfo: String?
    /// The host as written, an IPv6 address with its brackets.
    public let host: String
    /// The port, if it is written.
    public let port: Int?
    /// The path, still percent-encoded; empty or with a slash in front.
    public let path: String
    /// The query, without its question mark.
    public let query: String?
    /// The fragment, without its number sign.
    public let fragment: String?

    /// The host, with the port if it is written.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// The parts of `text`, or `nil` if it is not an absolute http or https URL.
    ///
    /// Hosts that are not plain ASCII names or addresses are refused: a percent-encoded host can hold
    /// anything, terminal escapes included, and resolvers disagree about forms such as `127.1`.
    public init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.utf8.contains(where: { Array(#"\"<>`"#.utf8).contains($0) }),
            let colon = text.firstRange(of: "://")
        else { return nil }
        scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }

        var rest = text[colon.upperBound...]
        fragment = rest.cutOff(from: "#")
        query = rest.cutOff(from: "?")
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        path = String(rest[slash...])
        var authority = rest[..<slash]
        if let at = authority.lastIndex(of: "@") {
            userInfo = String(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            userInfo = nil
        }

        let end =
            authority.hasPrefix("[")
            ? authority.firstIndex(of: "]").map { authority.index(after: $0) }
            : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let end else { return nil }
        host = String(authority[..<end])
        let isHost =
            host.hasPrefix("[")
            ? host.wholeMatch(of: /\[[0-9A-Fa-f:.]{2,45}\]/) != nil
            : host.wholeMatch(of: /[0-9A-Za-z._\-]{1,253}/) != nil
        guard isHost else { return nil }
        let number = authority[end...]
        if number.isEmpty {
            port = nil
        } else {
            guard let match = number.wholeMatch(of: /:([0-9]{1,5})/), let value = Int(match.1),
                (1...65_535).contains(value)
            else { return nil }
            port = value
        }
    }

    /// Whether the host is this machine, in the usual way of writing it.
    ///
    /// No other spelling counts: `0127.0.0.1` is another host to some resolvers, and so is `127.1`.
    public var isLoopback: Bool {
        if ["localhost", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
    }
}

extension Substring {
    /// Removes `mark` and what follows it; returns what followed, or `nil` if there is no `mark`.
    fileprivate mutating func cutOff(from mark: Character) -> String? {
        guard let place = firstIndex(of: mark) else { return nil }
        defer { self = self[..<place] }
        return String(self[index(after: place)...])
    }
}
