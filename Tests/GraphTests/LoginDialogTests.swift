import Sodium
import Testing

@testable import Graph
@testable import HTTP

@Suite struct LoginDialogTests {
    private func dialog(
        scopes: [String] = ["pages_show_list", "email"],
        redirect: String = "http://localhost:47231/"
    ) throws -> LoginDialog {
        try self.dialog(requesting: .scopes(scopes), redirect: redirect)
    }

    private func dialog(
        requesting permissions: LoginPermissions, rerequests: Bool = false,
        redirect: String = "http://localhost:47231/"
    ) throws -> LoginDialog {
        LoginDialog(
            endpoint: try GraphEndpoint(url: "https://www.facebook.com/", version: "v26.0"),
            appID: "1234567890123456", redirect: try RedirectURI(redirect),
            permissions: permissions, rerequests: rerequests)
    }

    private func items(of dialog: LoginDialog) throws -> [String: String] {
        let query = try #require(dialog.address.split(separator: "?").last)
        let pairs = try query.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1)
            return (String(parts[0]), try #require(percentDecoded(parts[1])))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private func answer(_ text: String, to dialog: LoginDialog) -> LoginAnswer? {
        dialog.answer(in: SharedSecret(Secret(copying: Array(text.utf8).span)))
    }

    @Test func `the address requests a code with a new state each time`() throws {
        let dialog = try dialog()
        #expect(dialog.address.hasPrefix("https://www.facebook.com/v26.0/dialog/oauth?"))
        let items = try items(of: dialog)
        #expect(items["client_id"] == "1234567890123456")
        #expect(items["redirect_uri"] == "http://localhost:47231/")
        #expect(items["response_type"] == "code")
        #expect(items["scope"] == "pages_show_list,email")
        #expect(items["state"]?.count == 43)
        #expect(try items["state"] != self.items(of: try self.dialog())["state"])
        #expect(items.count == 5 && dialog.verifier == nil)
    }

    @Test func `declined scopes are requested again only if asked for`() throws {
        let permissions = LoginPermissions.scopes(["email"])
        #expect(try items(of: try dialog(requesting: permissions))["auth_type"] == nil)
        let items = try items(of: try dialog(requesting: permissions, rerequests: true))
        #expect(items["auth_type"] == "rerequest" && items["scope"] == "email")
        #expect(items.count == 6)
    }

    @Test func `a configuration takes the place of the scopes, and a code is requested`() throws {
        let configuration = try #require(LoginConfiguration("1040000000000001"))
        let dialog = try dialog(requesting: .configuration(configuration))
        let items = try items(of: dialog)
        #expect(items["config_id"] == "1040000000000001" && items["scope"] == nil)
        #expect(items["response_type"] == "code")
        #expect(items["override_default_response_type"] == "true")
        #expect(items.count == 6 && dialog.verifier == nil)
    }

    @Test(arguments: [
        "", "0", "01", "-1", "1 ", "1&scope=email", "1a", "\u{661}", "EAAFAKE",
        String(repeating: "1", count: 33),
    ])
    func `the ID of a configuration consists of digits`(id: String) {
        #expect(LoginConfiguration(id) == nil)
    }

    @Test func `PKCE is used where Meta supports it, with OpenID Connect`() throws {
        let dialog = try dialog(scopes: ["openid"])
        let items = try items(of: dialog)
        let verifier = try #require(dialog.verifier)
        #expect(items["code_challenge_method"] == "S256")
        #expect(
            verifier.withBytes { Base64.encodeForURL(sha256($0).span) } == items["code_challenge"])
    }

    /// ADDRESS stands for the final address of the browser, PATH for its path and query.
    @Test(arguments: [
        "127.0.0.1 - - [30/Nov/2026 10:00:00] \"GET PATH HTTP/1.1\" 404 -",
        "GET PATH HTTP/1.1\nHost: x",
        "<a href=\"ADDRESS\">click</a>", "curl 'ADDRESS' -H 'x: y'", "it went to ADDRESS and then?",
        "**ADDRESS**", "_ADDRESS_", "ADDRESS…", "ADDRESS。", "ADDRESS:", "ADDRESS?",
        "> ADDRESS", "\u{2060}ADDRESS\u{FEFF}", "ADDRESS&amp;amp;x=1",
    ])
    func `an address is found in the surrounding text`(_ text: String) throws {
        let dialog = try dialog()
        let state = try #require(try items(of: dialog)["state"])
        for query in ["code=AQFAKE1&state=\(state)", "code=AQFAKE1&amp;amp;state=\(state)"] {
            let copied = text.replacing("PATH", with: "/?\(query)")
                .replacing("ADDRESS", with: "http://localhost:47231/?\(query)")
            #expect(kind(answer(copied, to: dialog)) == .code, "\(copied)")
        }
        for text in [
            "ADDRESS thanks", "Here:\nADDRESS#_=_\nRegards Bob", "curl 'ADDRESS' -H 'x: y'",
            "\"GET /?state=\(state)&code=AQFAKE1 HTTP/1.1\" 200",
        ] {
            let copied = text.replacing(
                "ADDRESS", with: "https://fake.example/?state=\(state)&code=AQFAKE1")
            guard case .code(let code)? = answer(copied, to: dialog) else {
                Issue.record("no code in \(copied)")
                continue
            }
            #expect(code.withBytes { $0.count } == 7, "\(copied)")
        }
        let two =
            "http://localhost/?code=AQFAKEold&state=old\nhttp://localhost/?code=AQFAKE1&state=\(state)"
        guard case .code(let own)? = answer(two, to: dialog) else {
            Issue.record("no code")
            return
        }
        #expect(own.withBytes { $0.count } == 7)
        let joined = two.replacing("\n", with: "")
        #expect(kind(answer(joined, to: dialog)) == .foreign)
        let hidden = "http://localhost:47231/?code=AQFA\u{AD}KE1&sta\u{200B}te=\(state)"
        guard case .code(let code)? = answer(hidden, to: dialog) else {
            Issue.record("no code")
            return
        }
        #expect(
            code.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array("AQFAKE1".utf8))
        #expect(kind(answer("?code=AQFAKE1&state=\(state)x", to: dialog)) == .foreign)
    }

    enum Expected { case code, token, canceled, refused, failed, foreign, nothing }

    private func kind(_ answer: LoginAnswer?) -> Expected {
        switch answer {
        case .code: .code
        case .token: .token
        case .canceled: .canceled
        case .refused: .refused
        case .failed: .failed
        case .foreign: .foreign
        case nil: .nothing
        }
    }

    @Test(arguments: [
        ("http://localhost:47231/?code=AQFAKE1&state=STATE#_=_", Expected.code),
        ("  http://localhost:47231/?code=AQFAKE1&state=STATE\t", .code),
        ("code=AQFAKE1&state=STATE", .code), ("?code=AQFAKE1&state=STATE", .code),
        ("https://fake.example/x?a=b&state=STATE&code=AQFAKE%2D1&granted_scopes=email", .code),
        ("https://fake.example/#access_token=EAAFAKE1&expires_in=5000&state=STATE", .token),
        ("http://localhost:47231/?code=AQFAKE1&state=other", .foreign),
        ("http://localhost:47231/?code=AQFAKE1", .foreign),
        ("http://localhost:47231/?code=AQFAKE1&state=", .foreign),
        ("https://fake.example/#access_token=EAAFAKE1", .foreign),
        (
            "http://localhost:47231/?error=access_denied&error_reason=user_denied&state=STATE",
            .canceled
        ),
        (
            "http://localhost:47231/?error=access_denied&error_code=200&error_description=Permissions"
                + "+error&error_reason=user_denied&state=STATE#_=_", .canceled
        ),
        ("http://localhost:47231/?error_code=4201&error_message=FAKE&state=STATE", .canceled),
        ("http://localhost:47231/?error_code=200&error_message=FAKE&state=STATE", .refused),
        ("http://localhost:47231/?error=access_denied&state=other", .foreign),
        ("http://localhost:47231/?error=access_denied", .foreign),
        ("http://localhost:47231/?error_code=191&error_message=FAKE", .foreign),
        ("http://localhost:47231/?error_code=191&error_message=FAKE&state=", .foreign),
        ("http://localhost:47231/?error_code=191&error_message=FAKE&state=STATE", .refused),
        ("http://localhost:47231/?code=AQFAKE1&state=STATEx", .foreign),
        ("http://localhost:47231/?error=server_error&state=STATE", .refused),
        ("http://localhost:47231/?code=&state=STATE", .failed),
        ("http://localhost:47231/?code=AQ%0AFAKE&state=STATE", .failed),
        ("http://localhost:47231/", .nothing), ("http://localhost:47231/?fbclid=FAKE", .nothing),
        ("AQFAKE1", .nothing), ("", .nothing), ("#", .nothing), ("code=%zz&state=STATE", .nothing),
    ])
    func `an answer is found in query or fragment and trusted only with its state`(
        address: String, expected: Expected
    ) throws {
        let dialog = try dialog()
        let state = try #require(try items(of: dialog)["state"])
        #expect(kind(answer(address.replacing("STATE", with: state), to: dialog)) == expected)
    }

    @Test func `code and message are decoded`() throws {
        let dialog = try dialog()
        let state = try #require(try items(of: dialog)["state"])
        guard case .code(let code) = answer("?code=AQ%2FFAKE%3D1&state=\(state)", to: dialog) else {
            Issue.record("no code")
            return
        }
        let bytes = code.withBytes { bytes in bytes.indices.map { bytes[$0] } }
        #expect(bytes == Array("AQ/FAKE=1".utf8))
        let denied =
            "?error=access_denied&error_description=Permissions+error.%1B%5B31m&state=\(state)"
        guard case .canceled(let words) = answer(denied, to: dialog) else {
            Issue.record("not canceled")
            return
        }
        #expect(words == "Permissions error. [31m")
    }

    /// Forms of an address that was not copied from an address bar.
    @Test(arguments: [
        "\"URL\"", "'URL'", "`URL`", "<URL>", "(URL)", "[URL]", "\u{201C}URL\u{201D}", "«URL»",
        "URL.",
        "\"URL\".", "<URL>,", "  URL  ", "URL HTTP/1.1", "GET URL HTTP/1.1", "\"GET URL HTTP/1.1\"",
        "GET /?code=AQFAKE1&state=STATE HTTP/2", "URL#_=_", "URL%23_%3D_", "URL%23_=_",
        "URL%23_%3d_.",
        "http://localhost:47231/?code=AQFAKE1&amp;state=STATE",
        "http://localhost:47231/?code=AQFAKE1&#38;state=STATE",
        "http://localhost:47231/?code=AQFAKE1\\u0026state=STATE",
        "http://localhost:47231/\\?code\\=AQFAKE1\\&state\\=STATE",
        "http://localhost:47231/?code=AQF\n AKE1&st\r\n\tate=STATE",
        "http://localhost:47231/?state=STATE&code=AQFAKE1%23_%3D_",
        "http://localhost:47231/?state=STATE%23_%3D_&code=AQFAKE1",
    ])
    func `a copied address is read without the characters around it`(copied: String) throws {
        let dialog = try dialog()
        let state = try #require(try items(of: dialog)["state"])
        let url = "http://localhost:47231/?code=AQFAKE1&state=STATE"
        let text = copied.replacing("URL", with: url).replacing("STATE", with: state)
        guard case .code(let code) = answer(text, to: dialog) else {
            Issue.record("no code in \(text)")
            return
        }
        #expect(
            code.withBytes { bytes in bytes.indices.map { bytes[$0] } } == Array("AQFAKE1".utf8))
    }

    @Test(arguments: [
        ("http://localhost:47231/", ["127.0.0.1", "::1"], 47231, "/"),
        ("http://localhost", ["127.0.0.1", "::1"], 80, "/"),
        ("http://127.0.0.1:8080/back%20here?x=1", ["127.0.0.1"], 8080, "/back%20here"),
        ("http://[::1]:8080/", ["::1"], 8080, "/"),
    ])
    func `a redirect URI on this machine has an address to listen on`(
        text: String, hosts: [String], port: Int, path: String
    ) throws {
        let address = try RedirectURI(text)
        #expect(address.text == text)
        #expect(address.listenAddress?.hosts == hosts)
        #expect(address.listenAddress?.port == port)
        #expect(address.listenAddress?.path == path)
    }

    @Test func `other redirect URIs have no address to listen on, or are rejected`() throws {
        #expect(try RedirectURI("https://fake.example/done").listenAddress == nil)
        #expect(try RedirectURI("https://localhost:8443/").listenAddress == nil)
        #expect(throws: GraphEndpoint.Unusable.unencrypted) {
            try RedirectURI("http://fake.example/")
        }
        for text in [
            "", "localhost", "ftp://localhost/", "http://localhost:47231/#x",
            "http://user@localhost/", "http://localhost:0/", "http://localhost:99999/",
        ] {
            #expect(throws: GraphEndpoint.Unusable.url, "\(text)") { try RedirectURI(text) }
        }
    }
}
