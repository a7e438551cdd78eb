import Sodium
import Testing

@testable import Graph
@testable import HTTP

// The requests to Instagram and Threads, and the forms of their responses.
@Suite struct PlatformClientTests {
    private func client(
        _ platform: AccountPlatform, _ main: ScriptedTransport,
        codes: ScriptedTransport = ScriptedTransport()
    ) throws -> PlatformClient {
        PlatformClient(
            platform, main: try unversioned(main, "https://main.example"),
            codes: try unversioned(codes, "https://codes.example"))
    }

    private func unversioned(_ transport: ScriptedTransport, _ url: String) throws -> GraphClient {
        try transport.client(base: url, version: "none")
    }

    private static let short = secret("IGAAFAKEshort1")
    private static let appSecret = secret("FAKEinstagram0001")

    private static func grant(_ platform: AccountPlatform) -> String {
        platform == .instagram ? "ig" : "th"
    }

    @Test(arguments: AccountPlatform.allCases)
    func `an exchange is a GET with the secret and the token in the query, and no proof`(
        _ platform: AccountPlatform
    ) async throws {
        let main = ScriptedTransport(
            .response(#"{"access_token":"IGAAFAKE2","token_type":"bearer","expires_in":5183944}"#))
        let issued = try await client(platform, main).exchange(
            Self.short, appSecret: Self.appSecret)
        #expect(text(of: issued.token) == "IGAAFAKE2" && issued.lifetime == 5_183_944)
        let request = try #require(main.requests.first)
        #expect(request.method == "GET" && request.body.isEmpty)
        #expect(
            request.url == "https://main.example/access_token?grant_type="
                + "\(Self.grant(platform))_exchange_token&client_secret=FAKEinstagram0001"
                + "&access_token=IGAAFAKEshort1")
        #expect(!request.headers.contains { $0.name == "Authorization" })
    }

    @Test(arguments: AccountPlatform.allCases)
    func `a refresh is a GET without a secret`(_ platform: AccountPlatform) async throws {
        let main = ScriptedTransport(.response(#"{"access_token":"IGAAFAKE2","expires_in":9}"#))
        let issued = try await client(platform, main).refresh(Self.short)
        #expect(issued.lifetime == 9)
        #expect(
            main.requests.map(\.url) == [
                "https://main.example/refresh_access_token?grant_type="
                    + "\(Self.grant(platform))_refresh_token&access_token=IGAAFAKEshort1"
            ])
    }

    @Test(arguments: [
        #"{"access_token":"IGAAFAKE1","user_id":17841400000000009,"permissions":["a"]}"#,
        #"{"data":[{"access_token":"IGAAFAKE1","user_id":"1020","permissions":"a,b"}]}"#,
        #"{"data":{"access_token":"IGAAFAKE1"}}"#,
        #"{"data":null,"access_token":"IGAAFAKE1"}"#, #"{"data":[],"access_token":"IGAAFAKE1"}"#,
    ])
    func `a code is sent once, in a form, and any shape of the response is accepted`(
        _ body: String
    ) async throws {
        let codes = ScriptedTransport(.response(body))
        let redirect = try RedirectURI("https://fake.example/instagram")
        let dialog = LoginDialog(
            platformEndpoint: try PlatformEndpoint.dialog(of: .instagram), appID: "345",
            redirect: redirect, scopes: ["instagram_business_basic"])
        let issued = try await client(.instagram, ScriptedTransport(), codes: codes).redeem(
            secret("AQFAKEcode"), of: dialog,
            app: AppCredentials(id: "345", secret: Self.appSecret))
        #expect(text(of: issued.token) == "IGAAFAKE1")
        #expect(issued.lifetime == 3_600)
        let request = try #require(codes.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://codes.example/oauth/access_token")
        let form = String(decoding: request.body, as: UTF8.self).split(separator: "&")
        #expect(
            Set(form) == [
                "client_id=345", "client_secret=FAKEinstagram0001",
                "grant_type=authorization_code", "code=AQFAKEcode",
                "redirect_uri=https%3A%2F%2Ffake.example%2Finstagram",
            ])
    }

    @Test func `a lost response to a code is not asked for again`() async throws {
        let codes = ScriptedTransport(.failure(.unreachable(.connectionClosed)))
        let dialog = LoginDialog(
            platformEndpoint: try PlatformEndpoint.dialog(of: .threads), appID: "345",
            redirect: try RedirectURI("https://fake.example/"), scopes: [])
        let error = try await failure {
            _ = try await client(.threads, ScriptedTransport(), codes: codes).redeem(
                secret("AQFAKEcode"), of: dialog, app: someApp)
        }
        #expect(error == .unreachable(.connectionClosed) && codes.requests.count == 1)
    }

    @Test(arguments: [
        (AccountPlatform.instagram, "https://main.example/me?fields=user_id%2Cusername"),
        (.threads, "https://main.example/v1.0/me?fields=id%2Cusername"),
    ])
    func `me names the account, with the token in a header`(
        _ platform: AccountPlatform, _ url: String
    ) async throws {
        let object = #"{"user_id":17841400000000009,"id":"24900000000000009","username":"ann"}"#
        for body in [object, #"{"data":[\#(object)]}"#] {
            let main = ScriptedTransport(.response(body))
            let account = try await client(platform, main).account(of: Self.short)
            let id = platform == .instagram ? "17841400000000009" : "24900000000000009"
            #expect(account == PlatformAccount(id: id, username: "ann"))
            #expect(main.requests.map(\.url) == [url])
            #expect(
                main.requests[0].headers.contains {
                    $0.name == "Authorization" && $0.value == "Bearer IGAAFAKEshort1"
                })
        }
    }

    @Test(arguments: [
        #"{"id":"24900000000000009","username":"ann"}"#, #"{"user_id":"0"}"#, #"{"data":[]}"#,
        #"{"data":7}"#, "[]", #"{"user_id":"x"}"#,
    ])
    func `a profile without the ID of the account is not understood`(_ body: String) async throws {
        let main = ScriptedTransport(.response(body))
        let error = try await failure {
            _ = try await client(.instagram, main).account(of: Self.short)
        }
        guard case .invalidResponse = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `Threads inspects a token with itself`() async throws {
        let main = ScriptedTransport(
            .response(#"{"id":"555","username":"ann"}"#),
            .response(
                #"{"data":{"type":"USER","is_valid":true,"expires_at":1800000000,"scopes":["a"]}}"#)
        )
        let verdict = try await client(.threads, main).verdict(on: Self.short)
        #expect(verdict.account?.id == "555" && verdict.inspection.userID == "555")
        #expect(verdict.inspection.expiresAt == 1_800_000_000)
        #expect(
            main.requests.last?.url
                == "https://main.example/v1.0/debug_token?input_token=IGAAFAKEshort1")
    }

    @Test func `without debug_token, me alone decides`() async throws {
        let main = ScriptedTransport(
            .response(#"{"id":"555"}"#),
            .refusal(100, "(#100) You must provide an app access token"))
        let verdict = try await client(.threads, main).verdict(on: Self.short)
        #expect(verdict.inspection.isValid && verdict.inspection.expiresAt == nil)
        let dead = ScriptedTransport(.refusal(190, subcode: 463))
        let verdictOnDead = try await client(.threads, dead).verdict(on: Self.short)
        #expect(!verdictOnDead.inspection.isValid && verdictOnDead.account == nil)
        let unclear = ScriptedTransport(.refusal(4))
        let error = try await failure {
            _ = try await client(.threads, unclear).verdict(on: Self.short)
        }
        guard case .refused(let refusal) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(refusal.classification == .throttled)
    }

    @Test func `errors in either shape lose the secrets that they repeat`() async throws {
        let echo = "Invalid client_secret: FAKEinstagram0001 of IGAAFAKEshort1"
        for body in [
            #"{"error":{"message":"\#(echo)","type":"OAuthException","code":101}}"#,
            #"{"error_type":"OAuthException","code":400,"error_message":"\#(echo)"}"#,
        ] {
            let main = ScriptedTransport(.response(body, status: 400))
            let refusal = try await refusal {
                _ = try await client(.instagram, main).exchange(
                    Self.short, appSecret: Self.appSecret)
            }
            #expect(refusal.classification == .configuration(.appSecret))
            #expect(!refusal.message.contains("FAKE"), "\(refusal.message)")
        }
    }

    @Test(arguments: [
        "https://main.example/access_token?client_secret=FAKEsecret123&access_token=IGAAFAKE12345",
        "client_secret=FAKEsecret123 input_token=THAAFAKE123456",
    ])
    func `a URL with secrets that is repeated shows none`(_ url: String) async throws {
        let main = ScriptedTransport(
            .response(#"{"error":{"message":"\#(url)","code":100}}"#, status: 400))
        let refusal = try await refusal {
            _ = try await client(.instagram, main).exchange(
                secret("IGAAFAKE12345"), appSecret: secret("FAKEsecret123"))
        }
        #expect(!refusal.message.contains("FAKE"), "\(refusal.message)")
    }

    @Test func `endpoints follow the rules of the Graph API's`() throws {
        let own = try PlatformEndpoint(.instagram)
        #expect(own.main.host == "graph.instagram.com" && own.main.isMeta)
        #expect(own.codes.host == "api.instagram.com" && own.codes.isMeta)
        #expect(try PlatformEndpoint(.threads).codes.host == "graph.threads.net")
        let local = try PlatformEndpoint(.instagram, url: "http://127.0.0.1:8080/instagram/")
        #expect(local.codes == local.main && !local.main.isMeta)
        #expect(throws: GraphEndpoint.Unusable.unencrypted) {
            try PlatformEndpoint(.threads, url: "http://graph.threads.net")
        }
        #expect(throws: GraphEndpoint.Unusable.version) {
            try PlatformEndpoint(.threads, url: "https://graph.threads.net/v1.0")
        }
        #expect(throws: GraphEndpoint.Unusable.url) { try PlatformEndpoint(.threads, url: "x") }
        #expect(try !GraphEndpoint(url: "https://graph.threads.net", version: "none").isMeta)
    }

    @Test(arguments: ["#_", "%23_", "%2523_"])
    func `the end that the platforms append does not belong to the code`(_ end: String) throws {
        let dialog = LoginDialog(
            platformEndpoint: try PlatformEndpoint.dialog(of: .threads), appID: "345",
            redirect: try RedirectURI("https://fake.example/"), scopes: ["threads_basic"])
        #expect(dialog.address.hasPrefix("https://threads.net/oauth/authorize?client_id=345&"))
        #expect(dialog.address.hasSuffix("&response_type=code&scope=threads_basic"))
        let items = dialog.address.split(separator: "&")
        let state = try #require(items.first { $0.hasPrefix("state=") })
        for address in [
            "https://fake.example/?code=AQFAKE1&\(state)\(end)",
            "https://fake.example/?\(state)&code=AQFAKE1\(end)",
            "https://fake.example/?code=AQFAKE1\(end)&\(state)",
        ] {
            guard case .code(let code)? = dialog.answer(in: secret(address)) else {
                Issue.record("no code in \(address)")
                continue
            }
            #expect(text(of: code) == "AQFAKE1")
        }
    }
}
