import Testing

@testable import Graph
@testable import HTTP

/// The variables `HTTPS_PROXY` and `NO_PROXY`.
@Suite struct ProxyTests {
    @Test(arguments: [
        ("http://proxy.example:3128", "proxy.example", 3128),
        ("proxy.example:3128", "proxy.example", 3128),
        ("http://proxy.example", "proxy.example", 80),
        ("http://proxy.example:3128/", "proxy.example", 3128),
    ])
    func `the variable contains host and port`(value: String, host: String, port: Int) throws {
        let proxy = try #require(try proxy(["HTTPS_PROXY": value]))
        #expect(proxy.host == host)
        #expect(proxy.port == port)
        #expect(proxy.credentials == nil)
    }

    @Test func `user and password are kept for the proxy`() throws {
        let proxy = try proxy(["HTTPS_PROXY": "http://ann:FAKEpass@proxy.example:3128"])
        #expect(proxy?.host == "proxy.example")
        #expect(proxy?.credentials != nil)
    }

    @Test func `there is no proxy without the variable`() throws {
        #expect(try proxy([:]) == nil)
        #expect(try proxy(["HTTPS_PROXY": ""]) == nil)
        #expect(try proxy(["HTTP_PROXY": "http://proxy.example"]) == nil)
    }

    @Test func `the lowercase variable takes precedence unless it is empty`() throws {
        let upper = ["HTTPS_PROXY": "http://upper.example"]
        #expect(
            try proxy(upper.merging(["https_proxy": "http://lower.example"]) { $1 })?.host
                == "lower.example")
        #expect(try proxy(upper.merging(["https_proxy": ""]) { $1 })?.host == "upper.example")
    }

    @Test(arguments: [
        "https://proxy.example", "socks5://proxy.example:1080", "http://", "://", "http://:80",
        "http://proxy.example:port",
    ])
    func `an invalid proxy URL is rejected, not ignored`(value: String) {
        #expect(throws: HTTPProxy.Unusable.self) { try proxy(["HTTPS_PROXY": value]) }
    }

    @Test(arguments: [
        "*", "graph.facebook.com", "facebook.com", ".facebook.com", "GRAPH.Facebook.com",
        "a.example, facebook.com ,b.example",
    ])
    func `hosts in NO_PROXY do not use the proxy`(exceptions: String) throws {
        #expect(try proxy(["HTTPS_PROXY": "proxy.example", "NO_PROXY": exceptions]) == nil)
        #expect(try proxy(["HTTPS_PROXY": "proxy.example", "no_proxy": exceptions]) == nil)
    }

    @Test(arguments: ["", "book.com", "graph.facebook.com.example", "example.com", "*.com", ","])
    func `hosts not in NO_PROXY use the proxy`(exceptions: String) throws {
        #expect(try proxy(["HTTPS_PROXY": "proxy.example", "NO_PROXY": exceptions]) != nil)
    }

    @Test func `an exception applies to all ports`() throws {
        let environment = ["HTTPS_PROXY": "proxy.example", "NO_PROXY": "127.0.0.1,[::1]"]
        #expect(try proxy(environment, for: "127.0.0.1:8080") == nil)
    }

    @Test(arguments: ["::1", "[::1]"])
    func `an exception can be an IPv6 address`(exception: String) throws {
        let environment = ["HTTPS_PROXY": "proxy.example", "NO_PROXY": exception]
        let withPort = try proxy(environment, for: "[::1]:8080")
        let withoutPort = try proxy(environment, for: "[::1]")
        #expect(withPort == nil)
        #expect(withoutPort == nil)
    }

    private func proxy(
        _ environment: [String: String], for host: String = "graph.facebook.com"
    ) throws -> HTTPProxy? {
        try HTTPProxy.proxy(for: host, environment: environment)
    }
}
