import Graph
import Testing

/// Secrets in what comes back.
@Suite struct RedactionTests {
    static let parameters = [
        "access_token", "input_token", "fb_exchange_token", "revoke_token", "client_secret", "code",
        "appsecret_proof", "machine_id", "auth_nonce", "client_token", "id_token",
    ]

    @Test(arguments: parameters)
    func `what a parameter holds is taken out`(name: String) {
        #expect(
            unaided("at /x?a=1&\(name)=FAKE-value_1&b=2 and \(name)=FAKE2")
                == "at /x?a=1&\(name)=[redacted]&b=2 and \(name)=[redacted]")
    }

    @Test func `a known secret is taken out, as it is and percent-encoded`() {
        let redactor = Redactor(secrets: [secret("FAKE|a+b&c/d="), secret("FAKEsecret0001")])
        #expect(
            redactor.redacted("x FAKE|a+b&c/d= y FAKE%7Ca%2Bb%26c%2Fd%3D z FAKEsecret0001FAKE")
                == "x [redacted] y [redacted] z [redacted]FAKE")
    }

    @Test(arguments: ["FAKE%7ca%2bb%26c%2fd%3d", "1%7cFAKEsecret0001"])
    func `percent-encoding in lower case hides nothing`(encoded: String) {
        let redactor = Redactor(secrets: [secret("FAKE|a+b&c/d="), secret("1|FAKEsecret0001")])
        #expect(redactor.redacted("x \(encoded) y") == "x [redacted] y")
    }

    @Test(arguments: ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{20DD}"])
    func `a mark that combines with a secret's last character hides nothing`(mark: String) {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001")])
        #expect(!redactor.redacted("x FAKEsecret0001\(mark) y").contains("FAKEsecret"))
    }

    @Test(arguments: [
        "EAAFAKE00token", "CAAFAKE00token", "XAAFAKE00token", "IGQFAKE00token", "THQFAKE00token",
        "123456789012345|FAKE-client_token", "12345678901234567%7CFAKEtoken",
        "0123456789abcdef0123456789abcdef",
        "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1",
    ])
    func `what looks like a secret is taken out though nobody knows it`(text: String) {
        #expect(unaided("of \(text).") == "of [redacted].")
        #expect(unaided("\"\(text)\"") == "\"[redacted]\"")
    }

    @Test func `messages that name the culprit lose it`() {
        #expect(unaided("Malformed access token FAKE/x") == "Malformed access token [redacted]")
        #expect(unaided("Invalid client_secret: FAKE") == "Invalid client_secret: [redacted]")
    }

    @Test(arguments: [
        "Error validating access token: Session has expired on Friday, 20-Nov-26 09:00:00 PST.",
        "(#100) Tried accessing nonexisting field (accounts) on node type (Page)",
        "The access token does not belong to application 1234567890123456", "EAA", "IGNORED",
        "Unsupported get request. Object with ID '1020000000000001' does not exist",
    ])
    func `words stay as they are`(message: String) {
        #expect(unaided(message) == message)
    }

    @Test func `the text becomes one line without anything that a terminal obeys`() {
        #expect(
            unaided("a\nb\r\nc\td \u{1B}[31mred\u{7} \u{202E}x\u{2028}y\u{200B}\u{0}z  ")
                == "a b c d [31mred x y z")
    }

    @Test func `every text of a refusal is redacted`() async throws {
        let transport = ScriptedTransport(
            .answer(
                #"{"error":{"message":"Malformed access token EAAFAKEtoken01","type":"EAAFAKEtoken01","code":190,"error_user_msg":"access_token=EAAFAKEtoken01","fbtrace_id":"EAAFAKEtoken01"}}"#,
                status: 400))
        let client = try transport.client()
        let refusal = try await refusal {
            _ = try await client.identity(of: someToken, appSecret: nil)
        }
        #expect(refusal.message == "Malformed access token [redacted]")
        #expect(refusal.type == "[redacted]")
        #expect(refusal.userMessage == "access_token=[redacted]")
        #expect(refusal.fbtraceID == "[redacted]")
    }

    @Test func `whatever an exchange sends is taken out of what comes back`() async throws {
        let transport = ScriptedTransport(
            .refusal(
                101,
                "Bad secret: FAKEs/cret and token FAKEtok|n and form FAKEs%2Fcret FAKEtok%7Cn"))
        let client = try transport.client()
        let app = AppCredentials(id: "1", secret: secret("FAKEs/cret"))
        let refusal = try await refusal {
            _ = try await client.exchange(secret("FAKEtok|n"), app: app)
        }
        #expect(
            refusal.message
                == "Bad secret: [redacted] and token [redacted] and form [redacted] [redacted]")
    }

    @Test func `an inspection's message loses the app token and both its halves`() async throws {
        let transport = ScriptedTransport(
            .refusal(190, "no app token 1|FAKEs/cret for FAKEtok|n"))
        let client = try transport.client()
        let app = AppCredentials(id: "1", secret: secret("FAKEs/cret"))
        let refusal = try await refusal {
            _ = try await client.inspect(secret("FAKEtok|n"), app: app)
        }
        #expect(!refusal.message.contains("cret"))
        #expect(!refusal.message.contains("FAKE"))
    }

    private func unaided(_ text: String) -> String {
        Redactor(secrets: []).redacted(text)
    }
}
