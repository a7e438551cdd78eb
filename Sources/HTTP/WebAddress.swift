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
        // The HTTP library would send a path whose escapes are not UTF-8 to the root.
        guard Self.isHost(host), Self.isText(path) else { return nil }
        let number = authority[end...]
        if number.isEmpty {
            port = nil
        } else {
            let digits = number.dropFirst()
            guard number.hasPrefix(":"), (1...5).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let value = Int(digits), (1...65_535).contains(value)
            else { return nil }
            port = value
        }
    }

    private static func isHost(_ host: String) -> Bool {
        guard host.hasPrefix("[") else {
            return (1...253).contains(host.utf8.count)
                && host.unicodeScalars.allSatisfy { scalar in
                    scalar.isASCII && scalar.properties.isAlphabetic
                        || ("0"..."9").contains(scalar) || "._-".unicodeScalars.contains(scalar)
                }
        }
        let address = host.dropFirst().dropLast()
        return host.hasSuffix("]") && (2...45).contains(address.count)
            && address.allSatisfy { $0.isASCII && $0.isHexDigit || $0 == ":" || $0 == "." }
    }

    /// Returns whether the escapes in a path are those of a UTF-8 text.
    private static func isText(_ path: String) -> Bool {
        var decoded: [UInt8] = []
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16),
                high != UInt8(ascii: "+")
            else { return false }
            decoded.append(value)
        }
        return String(validating: decoded, as: UTF8.self) != nil
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
