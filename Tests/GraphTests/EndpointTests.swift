import Testing

@testable import Graph
@testable import HTTP

/// URLs must be `https`, or plain `http` to a loopback address.
@Suite struct EndpointTests {
    @Test(arguments: [
        ("https://graph.facebook.com", "https://graph.facebook.com/v26.0", "graph.facebook.com"),
        ("https://graph.facebook.com/", "https://graph.facebook.com/v26.0", "graph.facebook.com"),
        ("https://graph.example:8443", "https://graph.example:8443/v26.0", "graph.example:8443"),
        ("https://graph.example/api//", "https://graph.example/api/v26.0", "graph.example"),
        ("http://localhost:8080", "http://localhost:8080/v26.0", "localhost:8080"),
        ("http://LOCALHOST", "http://LOCALHOST/v26.0", "LOCALHOST"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1/v26.0", "127.0.0.1:1"),
        ("http://127.255.255.254", "http://127.255.255.254/v26.0", "127.255.255.254"),
    ])
    func `valid URLs are accepted`(url: String, base: String, host: String) throws {
        let endpoint = try GraphEndpoint(url: url, version: "v26.0")
        #expect(endpoint.base == base)
        #expect(endpoint.host == host)
    }

    @Test(arguments: ["http://[::1]", "http://[::1]:8080"])
    func `IPv6 loopback is accepted`(url: String) throws {
        #expect(try GraphEndpoint(url: url, version: "none").base == url)
    }

    @Test(arguments: [
        "http://graph.facebook.com", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "http://evil.example/127.0.0.1", "http://evil.example:127", "http://128.0.0.1",
        "http://127.0.0", "http://127.0.0.1.1", "http://127.0.0.256", "http://1270.0.0.1",
        "http://[::2]", "http://[::ffff:1.2.3.4]", "http://0.0.0.0", "http://notlocalhost",
        "HTTP://graph.facebook.com",
    ])
    func `plain http to another machine is rejected`(url: String) {
        #expect(throws: GraphEndpoint.Unusable.unencrypted) {
            try GraphEndpoint(url: url, version: "v26.0")
        }
    }

    @Test(arguments: [
        "", "graph.facebook.com", "localhost:8080", "ftp://localhost", "file:///etc/passwd",
        "https://", "https:///v26.0", "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example", "http://localhost:x@evil.example",
        "https://user@graph.facebook.com", "https://user:pass@graph.facebook.com",
        "https://@graph.facebook.com",
        "https://graph.facebook.com?x=1", "https://graph.facebook.com/#x",
        "https://graph.facebook.com?", "javascript:alert(1)", "https://graph.facebook.com:port",
        "https://graph example.com",
    ])
    func `an invalid server URL is rejected`(url: String) {
        #expect(throws: GraphEndpoint.Unusable.url) {
            try GraphEndpoint(url: url, version: "v26.0")
        }
    }

    @Test func `unversioned calls are possible`() throws {
        let endpoint = try GraphEndpoint(url: "https://graph.facebook.com/", version: "none")
        #expect(endpoint.version == nil)
        #expect(endpoint.base == "https://graph.facebook.com")
    }

    @Test(arguments: ["v26.0", "v2.12", "v100.0"])
    func `valid versions are accepted`(version: String) throws {
        #expect(
            try GraphEndpoint(url: "https://graph.facebook.com", version: version).version
                == version)
    }

    @Test(arguments: [
        "", "26.0", "v26", "v26.", "V26.0", "v26.0/", "v26.0/../v1.0", "v26.0 ", "v26.0\n", "None",
        "latest", "v٢٦.0", "v1234.0", "v26.0.1",
    ])
    func `an invalid version is rejected`(version: String) {
        #expect(throws: GraphEndpoint.Unusable.version) {
            try GraphEndpoint(url: "https://graph.facebook.com", version: version)
        }
    }
}
