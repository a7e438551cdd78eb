/// A URL with a host, parsed so strictly that two parsers cannot disagree about its destination.
public struct WebAddress: Equatable, Sendable {
    /// `http` or `https`.
    public let scheme: String
    /// The user name and password, still percent-encoded.
    public let userInfo: String?
    /// The host as written; an IPv6 address includes its brackets.
    public let host: String
    /// The port, if the URL contains one.
    public let port: Int?
    /// The path, still percent-encoded; either empty or starting with a slash.
    public let path: String
    /// The query, without its question mark.
    public let query: String?
    /// The fragment, without its number sign.
    public let fragment: String?

    /// The host, followed by the port if the URL contains one.
    public var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// Parses `text`; fails if it is not an absolute `http` or `https` URL.
    ///
    /// The host must be a plain ASCII name or address: a percent-encoded host can contain anything,
    /// including terminal escapes.
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

    /// Whether the host is this machine, in the usual notation.
    ///
    /// Other spellings do not count: some resolvers take `0127.0.0.1` or `127.1` for another host.
    public var isLoopback: Bool {
        if ["localhost", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
    }
}

extension Substring {
    /// Removes `separator` and the text after it, and returns that text; `nil` without a separator.
    fileprivate mutating func cutOff(from separator: Character) -> String? {
        guard let index = firstIndex(of: separator) else { return nil }
        defer { self = self[..<index] }
        return String(self[self.index(after: index)...])
    }
}
