import Foundation
import Sodium
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What Meta signed, or claims to have signed.
@Suite struct WebhookTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("app:17", "FAKEsecret17")
        try world.store("app:17~previous", "FAKEold17")
        try world.store("instagram-app:5", "FAKEinstagram5")
        try world.store("threads-app:6", "FAKEthreads6")
        try world.store("client:17", "FAKEclient17")
        try world.store("page:1", "EAAFAKEpage1")
    }

    private static func mac(_ text: String, _ secret: String) -> [UInt8] {
        KeyedHash.hmacSHA256(
            Array(text.utf8).span, key: Secret(copying: Array(secret.utf8).span))
    }

    private static func signature(_ body: String, _ secret: String = "FAKEsecret17") -> String {
        "sha256=" + hexadecimal(mac(body, secret))
    }

    private func verify(
        _ body: String, _ signature: String, _ options: String...
    ) async -> Ending {
        world.pipe(body)
        return await world.run(["verify-webhook", "--signature", signature] + options)
    }

    private static let body = #"{"object":"page","entry":[{"id":"1","time":1}]}"# + "\n"

    @Test(arguments: ["FAKEsecret17", "FAKEold17", "FAKEinstagram5", "FAKEthreads6"])
    func `a body signed with any app secret fits`(secret: String) async {
        for body in [Self.body, "", "\0", "\u{e9}", String(repeating: "x", count: 3 << 20)] {
            let ending = await verify(body, Self.signature(body, secret))
            #expect(ending.status == .done && ending.output == "" && ending.notes == "")
        }
    }

    @Test(arguments: ["FAKEclient17", "EAAFAKEpage1", "", "FAKEsecret"])
    func `a body signed with anything else does not`(secret: String) async {
        let ending = await verify(Self.body, Self.signature(Self.body, secret))
        #expect(ending.status == .tokenRefused && ending.output == "")
    }

    @Test func `any change of the body makes it wrong`() async {
        let signature = Self.signature(Self.body)
        for body in [
            Self.body.dropLast() + "", Self.body + "\n", " " + Self.body,
            Self.body.replacing("1", with: "2"), Self.body.replacing(":", with: ": "), "",
        ] {
            #expect(await verify(body, signature).status == .tokenRefused)
        }
    }

    static let flawed: [String] = {
        let right = signature(body)
        let digits = right.dropFirst(7)
        return [
            "", "sha256=", String(digits), "sha1=\(digits)", "SHA256=\(digits)",
            "sha256=\(digits.uppercased())", "sha256=\(digits.dropLast())",
            "sha256=\(digits.dropLast(2))", "sha256=\(digits)0", "sha256=\(digits)00", " \(right)",
            "\(right) ", "\(right)\n", "\(right),\(right)", "sha256= \(digits.dropLast())",
            "sha256=\(digits.dropLast())g", "sha256=" + String(repeating: "0", count: 64),
            "sha256=\(digits.dropLast(2))\u{e9}", "--help", "--version", "-h", "--",
            "--signature", "--json", "--app=app:17", "EAAFAKEtyped", "--generate-completion-script",
        ]
    }()

    @Test(arguments: flawed)
    func `any flaw of the signature has the same status`(signature: String) async {
        for options in [[], ["--app", "app:17"], ["--quiet", "--json"]] {
            world.pipe(Self.body)
            let ending = await world.run(
                ["verify-webhook", "--signature", signature] + options)
            #expect(ending.status == .tokenRefused && ending.output == "")
            #expect(!ending.allOutput.contains("FAKEtyped"))
        }
        world.pipe(Self.body)
        #expect(
            await world.run("verify-webhook", "--signature=\(signature)").status == .tokenRefused)
    }

    @Test(arguments: ["--help", "--version", "-h", "--", ""])
    func `not even the large program's parser takes the signature for an option`(
        signature: String
    ) async throws {
        // The small program does not understand an empty value here.
        world.pipe(Self.body)
        let arguments = ["verify-webhook", "--signature", signature, "--no-input"]
        guard case .local(let command) = try CommandLineParsing.command(for: arguments) else {
            Issue.record("not a command")
            return
        }
        world.setArguments(arguments)
        #expect(throws: SignatureMessage.self) { _ = try command.run(in: world.world) }
        for more in [["--bogus"], ["x"]] {
            let ending = await world.run(arguments + more)
            #expect(ending.status == .usage && ending.output == "")
        }
    }

    @Test func `with --app only that app's secrets are tried`() async {
        let signature = Self.signature(Self.body)
        for app in ["app:17", "17"] {
            #expect(await verify(Self.body, signature, "--app", app).status == .done)
        }
        let old = Self.signature(Self.body, "FAKEold17")
        #expect(await verify(Self.body, old, "--app", "app:17").status == .done)
        for app in ["instagram-app:5", "threads-app:6"] {
            #expect(await verify(Self.body, signature, "--app", app).status == .tokenRefused)
        }
        for (app, status) in [
            ("app:18", Console.ExitStatus.missing), ("app:nobody", .missing),
            ("threads-app:5", .missing),
            ("page:1", .usage), ("app:17~previous", .usage), ("nonsense", .usage),
        ] {
            #expect(await verify(Self.body, signature, "--app", app).status == status, "\(app)")
        }
    }

    @Test func `a secret that was forgotten is not tried`() async {
        let old = Self.signature(Self.body, "FAKEold17")
        #expect(await verify(Self.body, old).status == .done)
        #expect(await world.run("rotate", "app:17", "--forget").status == .done)
        #expect(await verify(Self.body, old).status == .tokenRefused)
    }

    @Test func `without any app nothing can fit`() async throws {
        let empty = try TestWorld()
        try empty.store("page:1", "EAAFAKEpage1")
        empty.pipe(Self.body)
        let ending = await empty.run("verify-webhook", "--signature", Self.signature(Self.body))
        #expect(ending.status == .missing && ending.output == "")
        empty.pipe("x.y")
        #expect(await empty.run("signed-request").status == .missing)
    }

    @Test func `the body has a maximum size`() async {
        let limit = 64 << 20
        let body = String(repeating: "x", count: limit + 1)
        #expect(await verify(body, Self.signature(body)).status == .tokenRefused)
    }

    @Test(arguments: [["verify-webhook"], ["verify-webhook", "--app", "app:17"]])
    func `a signature is required`(arguments: [String]) async {
        world.pipe(Self.body)
        #expect(await world.run(arguments).status == .usage)
    }

    @Test func `the body is not read from a terminal`() async {
        let ending = await world.run("verify-webhook", "--signature", Self.signature(Self.body))
        #expect(ending.status == .usage)
    }

    // MARK: Signed requests

    private static func base64url(_ bytes: [UInt8], padded: Bool) -> String {
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_")
        return padded ? text : text.replacing("=", with: "")
    }

    private static func request(
        _ payload: String, _ secret: String = "FAKEsecret17", padded: Bool = false
    ) -> String {
        let encoded = base64url(Array(payload.utf8), padded: padded)
        return base64url(mac(encoded, secret), padded: padded) + "." + encoded
    }

    private static let payload =
        #"{"user_id":"218471","algorithm":"HMAC-SHA256","issued_at":1291836800}"#

    private func open(_ request: String, _ options: String...) async -> Ending {
        world.pipe(request)
        return await world.run(["signed-request"] + options)
    }

    @Test(arguments: ["FAKEsecret17", "FAKEold17", "FAKEinstagram5", "FAKEthreads6"])
    func `a signed payload is printed unchanged`(secret: String) async {
        for payload in [
            Self.payload, Self.payload + " ",
            "{ \"a\" : [1.50e+2,null] ,\n" + Self.payload.dropFirst(),
            #"{"name":"Caf\u00e9 é","# + Self.payload.dropFirst(),
        ] {
            for padded in [false, true] {
                for end in ["", "\n", "\r\n"] {
                    let ending = await open(
                        Self.request(payload, secret, padded: padded) + end)
                    #expect(ending.status == .done && ending.notes == "")
                    #expect(ending.output == payload + "\n")
                }
            }
        }
    }

    @Test(arguments: [
        (#"{"oauth_token":"EAAFAKE1","a":1"#, #"{"oauth_token":"[redacted]","a":1"#),
        (#"{"oauth_token" : "EAA\u0046\"AKE" "#, #"{"oauth_token" : "[redacted]" "#),
        (#"{"\u006fauth_token":"EAAFAKE1""#, #"{"\u006fauth_token":"[redacted]""#),
        (
            #"{"a":[{"oauth_token":{"oauth_token":"EAAFAKE1"}}],"oauth_token":null"#,
            #"{"a":[{"oauth_token":"[redacted]"}],"oauth_token":"[redacted]""#
        ),
        (#"{"oauth_tokens":"x","Oauth_token":"y""#, #"{"oauth_tokens":"x","Oauth_token":"y""#),
    ])
    func `each oauth_token is masked, unless --show-secrets is given`(
        start: String, masked: String
    ) async {
        let end = #","algorithm":"HMAC-SHA256"}"#
        let ending = await open(Self.request(start + end))
        #expect(ending.status == .done && ending.output == masked + end + "\n")
        let shown = await open(Self.request(start + end), "--show-secrets")
        #expect(shown.status == .done && shown.output == start + end + "\n")
    }

    @Test(arguments: [
        "", ".", "x", "x.y", "..", request(payload) + ".", "." + request(payload),
        request(payload) + "=", request(payload) + " ", " " + request(payload),
        request(payload) + "\n\n", request(payload).replacing(".", with: ""),
        request(payload, "FAKEclient17"), request(payload).dropFirst() + "",
        request(payload).dropLast() + "", request("FAKE"), request("[]"), request("{}"),
        request(#""HMAC-SHA256""#), request(#"["algorithm","HMAC-SHA256"]"#),
        request(#"{"algorithm":"HMAC-SHA1"}"#), request(#"{"algorithm":"hmac-sha256"}"#),
        request(#"{"algorithm":["HMAC-SHA256"]}"#), request(#"{"a":{"algorithm":"HMAC-SHA256"}}"#),
        request(payload + "x"), request(payload + payload),
        request(#"{"algorithm":"HMAC-SHA1","algorithm":"HMAC-SHA256"}"#),
        request(String(repeating: "[", count: 100_000)),
        request(#"{"a":"# + String(repeating: "[", count: 40)),
        String(repeating: "a", count: (1 << 20) + 1),
    ])
    func `anything else has status 2 and prints nothing`(request: String) async {
        let ending = await open(request)
        #expect(ending.status == .tokenRefused && ending.output == "")
    }

    @Test func `bytes that are not UTF-8 are not JSON`() async {
        var bytes = Array(Self.payload.utf8)
        bytes[2] = 0xFF
        let encoded = Self.base64url(bytes, padded: false)
        let mac = Self.mac(encoded, "FAKEsecret17")
        let ending = await open(Self.base64url(mac, padded: false) + "." + encoded)
        #expect(ending.status == .tokenRefused && ending.output == "")
    }

    @Test func `at a terminal the request is prompted for`() async {
        world.type(Self.request(Self.payload))
        let ending = await world.run("signed-request")
        #expect(ending.status == .done && ending.output == Self.payload + "\n")
        #expect(world.questions == ["Signed request: "])
        let refused = await world.run("signed-request", "--no-input")
        #expect(refused.status == .locked && world.questions.isEmpty)
    }
}
