import HTTP
import Testing

/// URLs that users, proxies' variables and servers give.
@Suite struct WebAddressTests {
    @Test(arguments: [
        ("https://graph.example", "graph.example", nil, ""),
        ("HTTP://A-1_b.example:8080/x/%C3%A9", "A-1_b.example", 8080, "/x/%C3%A9"),
        ("http://[::1]:65535/", "[::1]", 65_535, "/"), ("http://127.0.0.1", "127.0.0.1", nil, ""),
        ("https://[::ffff:127.0.0.1]/%25ff", "[::ffff:127.0.0.1]", nil, "/%25ff"),
        ("http://x:1/%00", "x", 1, "/%00"),
    ])
    func `host, port and path are taken as written`(
        text: String, host: String, port: Int?, path: String
    ) throws {
        let address = try #require(WebAddress(text))
        #expect(address.host == host && address.port == port && address.path == path)
    }

    @Test(arguments: [
        "", "x", "ftp://x", "http://", "http:///x", "http://:80", "http://x:", "http://x:0",
        "http://x:65536", "http://x:100000", "http://x:+1", "http://x:1a", "http://x:٣",
        "http://x:1:2", "http://é.example", "http://x%41", "http://[::1", "http://[]",
        "http://[:]x", "http://[::1]8", "http://[g]", "http://[::1%lo]", "http://x y", "http://x/ ",
        "http://x/\u{1B}", "http://x/\\", "http://x/%", "http://x/%4", "http://x/%zz",
        "http://x/%ff", "http://x/%C3%28", "http://x/%c0%ae", "http://x/%ED%A0%80",
        "http://\(String(repeating: "x", count: 254))",
        "http://[\(String(repeating: ":", count: 46))]",
    ])
    func `what two parsers could read differently is refused`(text: String) {
        #expect(WebAddress(text) == nil)
    }
}
