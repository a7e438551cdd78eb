import Sodium
import Testing

@testable import Graph
@testable import HTTP

/// HTTP requests as sent.
@Suite struct RenderingTests {
    private let base = "https://graph.example/v26.0"

    @Test func `an exchange is a form without secrets in the URL`() async throws {
        let transport = ScriptedTransport(.response(#"{"access_token":"EAAFAKElong"}"#))
        let app = AppCredentials(id: "17", secret: secret("FAKE&s=+|"))
        _ = try await transport.client().exchange(secret("EAAFAKE|+&/% short"), app: app)
        let request = try #require(transport.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "\(base)/oauth/access_token")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "grant_type=fb_exchange_token&client_id=17&client_secret=FAKE%26s%3D%2B%7C"
                + "&fb_exchange_token=EAAFAKE%7C%2B%26%2F%25%20short")
        #expect(request.header("Content-Type") == "application/x-www-form-urlencoded")
        #expect(request.header("Authorization") == nil)
    }

    @Test func `other calls have the token in a header`() async throws {
        let transport = ScriptedTransport(
            .response(#"{"id":"9"}"#), .response(#"{"id":"9"}"#), .response(#"{"data":[]}"#))
        let client = try transport.client()
        _ = try await client.identity(of: someToken, appSecret: someApp.secret)
        _ = try await client.page("17", token: someToken, appSecret: someApp.secret)
        try await client.pages(token: someToken, appSecret: someApp.secret) { _ in }
        for request in transport.requests {
            #expect(request.method == "GET")
            #expect(request.header("Authorization") == "Bearer EAAFAKEtoken01")
            #expect(request.body.isEmpty)
            #expect(!request.url.contains("EAAFAKE"))
            #expect(!request.url.contains("FAKEsecret"))
            #expect(request.url.contains("&appsecret_proof="))
        }
        #expect(
            transport.requests.first?.url.hasPrefix("\(base)/me?fields=id%2Cname&appsecret_proof=")
                == true)
    }

    @Test func `without the app secret there is no proof`() async throws {
        let transport = ScriptedTransport(.response(#"{"id":"9"}"#))
        _ = try await transport.client().identity(of: someToken, appSecret: nil)
        #expect(transport.requests.map(\.url) == ["\(base)/me?fields=id%2Cname"])
    }

    @Test func `an inspected token is the only secret in a URL`() async throws {
        let transport = ScriptedTransport(.response(#"{"data":{"is_valid":true}}"#))
        _ = try await transport.client().inspect(secret("123|FAKE+&"), app: someApp)
        let request = try #require(transport.requests.first)
        #expect(request.url == "\(base)/debug_token?input_token=123%7CFAKE%2B%26")
        #expect(request.header("Authorization") == "Bearer 1234567890123456|FAKEsecret0001")
    }

    @Test func `all but unreserved characters are percent-encoded`() {
        let all = (UInt8.min...UInt8.max).map { $0 }
        let unreserved = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        for byte in all {
            let expected =
                unreserved.contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            #expect(percentEncoded([byte]) == expected)
        }
        #expect(percentEncoded("é&=\u{1F950}") == "%C3%A9%26%3D%F0%9F%A5%90")
    }

    @Test func `a POST without parameters has an empty form and no question mark`() {
        let request = GraphRequest(method: .post, path: "me").rendered(base: base)
        #expect(request.url == "\(base)/me")
        #expect(request.body.isEmpty)
        let deletion = GraphRequest(
            method: .delete, path: "me/permissions", parameters: [("a", .text("b"))])
        #expect(deletion.rendered(base: base).url == "\(base)/me/permissions?a=b")
        #expect(deletion.rendered(base: base).method == "DELETE")
    }

    @Test func `the proof matches the test vectors`() {
        // The first vector is from the tests of the PHP SDK.
        let key = secret("foo_secret")
        #expect(
            appSecretProof(secret("long_token"), appSecret: key)
                == "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1")
        #expect(
            appSecretProof(secret("long_token|1700000000"), appSecret: key)
                == "a38f626c5e9ef768a3b8e9faaf828ef59d505fa7baa35c5d94b4b00921d64a17")
    }

    @Test func `an unversioned endpoint sends no version`() async throws {
        let client = GraphClient(
            endpoint: try GraphEndpoint(url: "https://graph.example", version: "none"),
            transport: { request throws(GraphError) in
                #expect(request.url == "https://graph.example/me?fields=id%2Cname")
                return HTTPResponse(status: 200, headers: [], body: Array(#"{"id":"9"}"#.utf8))
            })
        #expect(try await client.identity(of: someToken, appSecret: nil).id == "9")
    }
}

extension HTTPRequest {
    fileprivate func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }
}
