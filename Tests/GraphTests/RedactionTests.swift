import Foundation
import Graph
import Testing

/// Secrets in responses.
@Suite struct RedactionTests {
    static let parameters = [
        "access_token", "input_token", "fb_exchange_token", "revoke_token", "client_secret", "code",
        "appsecret_proof", "machine_id", "auth_nonce", "client_token", "id_token",
    ]

    @Test(arguments: parameters)
    func `values of secret parameters are redacted`(name: String) {
        #expect(
            unaided("at /x?a=1&\(name)=FAKE-value_1&b=2 and \(name)=FAKE2")
                == "at /x?a=1&\(name)=[redacted]&b=2 and \(name)=[redacted]")
    }

    @Test func `a known secret is redacted, plain and percent-encoded`() {
        let redactor = Redactor(secrets: [secret("FAKE|a+b&c/d="), secret("FAKEsecret0001")])
        #expect(
            redactor.redacted("x FAKE|a+b&c/d= y FAKE%7Ca%2Bb%26c%2Fd%3D z FAKEsecret0001FAKE")
                == "x [redacted] y [redacted] z [redacted]FAKE")
    }

    @Test func `a secret after a part of itself is redacted`() {
        let redactor = Redactor(secrets: [secret("FAKE.FAKE.token")])
        #expect(
            redactor.redacted("FAKE.FAKE.FAKE.token FAKE.FAKE.tok")
                == "FAKE.[redacted] FAKE.FAKE.tok")
        #expect(redactor.redacted("FAKE.FAKE.tokenFAKE.FAKE.token") == "[redacted]")
    }

    @Test(arguments: ["FAKE%7ca%2bb%26c%2fd%3d", "1%7cFAKEsecret0001"])
    func `lowercase percent-encoding does not hide a secret`(encoded: String) {
        let redactor = Redactor(secrets: [secret("FAKE|a+b&c/d="), secret("1|FAKEsecret0001")])
        #expect(redactor.redacted("x \(encoded) y") == "x [redacted] y")
    }

    /// Characters that may be inserted between the letters of a secret.
    @Test(arguments: [
        "\u{301}", "\u{FE0F}", "\u{200D}", "\u{20DD}", "\u{200B}", "\u{AD}", "\u{FEFF}", "\u{2060}",
        "\u{34F}", "\u{115F}", "\u{3164}", "\u{E0001}", "\u{202E}", "\u{0}", "\u{1B}", " ", "\n",
        "\r\n", "\t", "\u{2028}", "\u{A0}", "\u{3000}", "-", ".", "_", "·", ", ", "\"", "*", "/",
        "%20",
        "%E2%80%8B", "%250A", "&#8203;", "&#x200B;", "\\u200b", "\\x00", "\\", "…", "語",
    ])
    func `nothing between the letters of a secret hides it`(separator: String) {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001")])
        for step in [1, 2, 5] {
            let split = Array("FAKEsecret0001").enumerated().map { index, letter in
                "\(letter)" + (index > 0 && index % step == 0 ? separator : "")
            }.joined()
            let text = redactor.redacted("before \(split) after")
            #expect(text.hasPrefix("before [redacted]") && text.hasSuffix("after"), "\(text)")
            #expect(!text.contains("0001") && !text.contains("sec"), "\(text)")
        }
    }

    /// Other forms of the same secret.
    @Test(arguments: [
        "fakesecret0001", "FAKESECRET0001", "FaKeSeCrEt0001", "ＦＡＫＥｓｅｃｒｅｔ０００１",
        "𝐅𝐀𝐊𝐄𝐬𝐞𝐜𝐫𝐞𝐭𝟎𝟎𝟎𝟏", "ⒻⒶⓀⒺⓢⓔⓒⓡⓔⓣ0001", "FÁKÉsécrét0001", "FA\u{301}KEsecret٠٠٠١",
        "%46%41%4B%45secret0001", "%2546%2541KEsecret0001", "%252546AKEsecret%2530001",
        "％46AKEsecret0001", "%EF%BC%A6AKEsecret0001", "\\u0046AKEsecret0001",
        "\\u0025\\u00346AKEsecret0001", "&#70;AKEsecret0001", "&#x46;&#65;KEsecret0001",
        "&amp;#70;AKEsecret0001", "46414b4573656372657430303031",
        "46:41:4B:45:73:65:63:72:65:74:30:30:30:31", "RkFLRXNlY3JldDAwMDE=",
    ])
    func `other forms of the letters do not hide a secret`(form: String) {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001")])
        #expect(redactor.redacted("before \(form), after").hasPrefix("before [redacted]"))
        let text = redactor.redacted("x\(form)y")
        #expect(text.hasPrefix("x[redacted]") && text.count < 20, "\(text)")
    }

    @Test func `a secret within a longer text in base64 is redacted`() {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001")])
        for before in ["", "a", "ab", "abc"] {
            let text = Data("\(before)FAKEsecret0001 and more".utf8).base64EncodedString()
            let redacted = redactor.redacted(text)
            #expect(redacted.contains("[redacted]"), "\(redacted)")
        }
    }

    @Test(arguments: [
        "a fake secret of 0001", "Fake secrets 0001", "the FAKE app's secret", "FAKEsecret0002",
        "FAKEsecret000", "sec ret 0001", "EAA FAKE short 0001 and more",
    ])
    func `ordinary words and other texts are not changed`(text: String) {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001"), secret("EAAFAKEshort0002")])
        #expect(redactor.redacted(text) == text)
    }

    @Test func `a short secret is redacted only as written`() {
        let redactor = Redactor(secrets: [secret("a-b.c!"), secret("seven77")])
        #expect(
            redactor.redacted("a b c, abc, a-b.c! and seven 77, Seven77, seven77.")
                == "a b c, abc, [redacted] and seven 77, Seven77, [redacted].")
    }

    @Test func `the app ID before an app secret is not redacted`() {
        let redactor = Redactor(
            secrets: [secret("1234567890123456|FAKEsecret0001"), secret("FAKEsecret0001")])
        #expect(
            redactor.redacted("application 1234567890123456 has no secret FAKEsecret0001")
                == "application 1234567890123456 has no secret [redacted]")
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "a", " ", "EAA", "=", "%", "\\", "&", "&#", "1", "é", "👩‍👩‍👧", "access_token=", "\u{200B}",
            "code=a ",
            "123456789012345|",
        ])
    func `a text of 4 MiB is truncated first`(piece: String) {
        let text = String(repeating: piece, count: 4 * 1024 * 1024 / piece.utf8.count)
        let redactor = Redactor(secrets: [secret("FAKEsecret0001"), secret("aaaaaaaaaaaa")])
        let start = ContinuousClock.now
        let redacted = redactor.redacted(text)
        #expect(ContinuousClock.now - start < .seconds(5))
        #expect(redacted.utf8.count < 8 * 1024)
    }

    @Test func `a secret truncated in the middle is redacted`() {
        let redactor = Redactor(secrets: [secret("FAKEsecret0001")])
        for length in 2025...2048 {
            for form in ["FAKEsecret0001", "F-A-K-E-s-e-c-r-e-t-0-0-0-1", "%46AKEsecret0001"] {
                let padding =
                    String(repeating: "x ", count: length / 2) + (length % 2 == 1 ? "y" : "")
                let text = redactor.redacted("\(padding)\(form) end")
                let end = text.drop { "xy ".contains($0) }
                // Fewer than four letters are not recognized.
                #expect(end.replacing("[redacted]", with: "").count <= 7, "\(length): \(end)")
                #expect(!end.lowercased().contains(/f-?a-?k-?e/), "\(length): \(end)")
            }
        }
    }

    @Test(arguments: [
        "EAAFAKE00token", "CAAFAKE00token", "XAAFAKE00token", "IGQFAKE00token", "THQFAKE00token",
        "123456789012345|FAKE-client_token", "12345678901234567%7CFAKEtoken",
        "0123456789abcdef0123456789abcdef",
        "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1",
    ])
    func `text that looks like a secret is redacted`(text: String) {
        #expect(unaided("of \(text).") == "of [redacted].")
        #expect(unaided("\"\(text)\"") == "\"[redacted]\"")
    }

    @Test func `tokens and secrets are redacted in messages about them`() {
        #expect(unaided("Malformed access token FAKE/x") == "Malformed access token [redacted]")
        #expect(unaided("Invalid client_secret: FAKE") == "Invalid client_secret: [redacted]")
    }

    @Test(arguments: [
        "Error validating access token: Session has expired on Friday, 20-Nov-26 09:00:00 PST.",
        "(#100) Tried accessing nonexisting field (accounts) on node type (Page)",
        "The access token does not belong to application 1234567890123456", "EAA", "IGNORED",
        "Unsupported get request. Object with ID '1020000000000001' does not exist",
    ])
    func `ordinary messages are not changed`(message: String) {
        #expect(unaided(message) == message)
    }

    @Test func `the text becomes one line without terminal controls`() {
        #expect(
            unaided("a\nb\r\nc\td \u{1B}[31mred\u{7} \u{202E}x\u{2028}y\u{200B}\u{0}z  ")
                == "a b c d [31mred x y z")
    }

    @Test func `every text of a refusal is redacted`() async throws {
        let transport = ScriptedTransport(
            .response(
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

    @Test func `the secrets of an exchange are redacted in its response`() async throws {
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

    @Test func `the app token and its parts are redacted in an inspection`() async throws {
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
