import GraphSimulator
import Testing

struct PlatformExchangeTests {
    @Test(arguments: Platform.both)
    func `a short-lived token is exchanged for one of 60 days`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get(platform.exchange(platform.short)).text
                == #"{"access_token":"\#(platform.first)","token_type":"bearer","#
                + #""expires_in":5184000}"#)
        simulation.advance(by: 60 * 86400 - 1)
        #expect(simulation.get(platform.path + "/me", token: platform.first).status == 200)
        simulation.advance(by: 1)
        #expect(simulation.get(platform.path + "/me", token: platform.first).has("463"))
    }

    @Test(arguments: Platform.both)
    func `only GET is supported`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        let parts = platform.exchange(platform.short).split(separator: "?")
        let response = simulation.post(String(parts[0]), String(parts[1]))
        let type = platform.platform == .instagram ? "IGApiException" : "THApiException"
        #expect(response.status == 400)
        #expect(
            response.has(
                #""Unsupported request - method type: post","type":"\#(type)","code":100"#))
        #expect(simulation.get(platform.path + "/me", token: platform.first).status == 400)
    }

    @Test(arguments: Platform.both)
    func `the secret of another app is repeated in the error`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        for secret in ["FAKEsecret0001", "FAKEinstagram0002", "FAKEthreads000002"] {
            let response = simulation.get(platform.exchange(platform.short, secret: secret))
            #expect(response.status == 400)
            #expect(response.has(#""message":"Invalid client_secret: \#(secret)""#))
            #expect(response.has(#""code":101"#))
        }
    }

    @Test(arguments: Platform.both)
    func `a long-lived or expired token is not exchanged`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        #expect(simulation.get(platform.exchange(platform.active)).has(#""code":452"#))
        #expect(
            simulation.get(platform.exchange(platform.expired)).has(
                #""code":190,"error_subcode":463"#))
    }

    @Test(arguments: Platform.both)
    func `another platform's token or grant type is refused`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        let other = platform.platform == .instagram ? Platform.threads : .instagram
        for token in ["EAAFAKEshort0001", other.short] {
            #expect(
                simulation.get(platform.exchange(token)).has(
                    #""Invalid OAuth access token - Cannot parse access token","#
                        + #""type":"OAuthException","code":190"#))
            #expect(simulation.get(platform.path + "/me", token: token).has("Cannot parse"))
        }
        #expect(simulation.get("/v26.0/me", token: platform.active).has("Cannot parse"))
        #expect(simulation.debug(platform.active).has("Cannot parse"))
        #expect(
            simulation.get(platform.exchange(platform.short + "x")).has("token signature"))
        let grant = platform.exchange(platform.short).replacing(
            "=\(platform.grant)_", with: "=\(other.grant)_")
        #expect(simulation.get(grant).has("grant_type"))
        let elsewhere = platform.refresh(platform.active).dropFirst(platform.path.count)
        #expect(simulation.get(String(elsewhere)).status == 400)
        #expect(simulation.get(other.path + elsewhere).status == 400)
    }

    @Test(arguments: Platform.both)
    func `the token and the secret are only accepted in the query`(_ platform: Platform) throws {
        let simulation = try Simulation.atRest()
        let exchange = platform.exchange(platform.short)
        let withoutToken = exchange.replacing("&access_token=\(platform.short)", with: "")
        #expect(simulation.get(withoutToken, token: platform.short).has(#""code":104"#))
        let withoutSecret = exchange.replacing("&client_secret=\(platform.secret)", with: "")
        #expect(simulation.get(withoutSecret).has("client_secret is required"))
        let refresh = platform.refresh(platform.active).replacing(
            "&access_token=\(platform.active)", with: "")
        #expect(simulation.get(refresh, token: platform.active).has(#""code":104"#))
    }
}
