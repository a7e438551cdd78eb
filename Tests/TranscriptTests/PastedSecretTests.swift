import Foundation
import GraphSimulator
import Testing

// Input that has more than a secret in it, a placeholder instead of one, or another kind of secret is
// refused before any request.
struct PastedSecretTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome
    private let before: Data

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        before = try home.contents("vault")
    }

    private static let redeem = ["redeem", "--redirect-uri", "http://localhost:47231/"]

    /// Every command that takes a secret.
    private static let commands = [
        ["add", "page:5"], ["add", "user:5"], ["add", "system:5"], ["exchange"], ["inspect"],
        ["add", "app:5"], ["add", "client:5"], ["rotate", TemporaryHome.app],
        ["add", TemporaryHome.app, "--replace"], redeem,
    ]

    private func expectRefused(
        _ text: String, by commands: [[String]] = commands, saying words: String
    ) async throws {
        for command in commands {
            let run = try await home.run(command, input: text)
            #expect(run.status == 64 && run.hasFailedProperly, "\(command): \(run.errors)")
            #expect(run.errors.contains(words), "\(command): \(run.errors)")
            // No part of it is repeated.
            #expect(!run.errors.contains("FAKE") && !run.errors.contains("0001"), "\(run.errors)")
        }
        #expect(graph.receivedNoRequests)
        #expect(try home.contents("vault") == before)
    }

    @Test(arguments: [
        (#""EAAFAKE0001""#, "contains a quotation mark at character 1"),
        ("'EAAFAKE0001'", "contains a quotation mark at character 1"),
        ("EAAFAKE0001\"", "contains a quotation mark at character 12"),
        ("`EAAFAKE0001`", "contains a quotation mark at character 1"),
        (#"{"access_token":"EAAFAKE0001","token_type":"bearer"}"#, "starts with a bracket"),
        (#"[{"access_token": "EAAFAKE0001"}]"#, "starts with a bracket"),
        ("EAAFAKE0001}", "at character 12"), ("EAAFAKE0001,", "at character 12"),
        ("EAAFAKE0001;", "at character 12"), ("(EAAFAKE0001)", "at character 1"),
        (
            "access_token=EAAFAKE0001&expires=5184000",
            "an equals sign at character 1"
        ),
        ("FB_TOKEN=EAAFAKE0001", "an equals sign at character 1"),
        ("export FB_TOKEN=EAAFAKE0001", "an equals sign at character 8"),
        ("?code=AQFAKE0001", "an equals sign at character 2"),
        (
            "https://graph.facebook.com/me?access_token=EAAFAKE0001",
            "contains a URL at character 1"
        ),
        ("EAAFAKE0001https://x", "contains a URL"),
        ("Bearer EAAFAKE0001", "contains a header at character 1"),
        ("bearer EAAFAKE0001", "contains a header at character 1"),
        ("Authorization: Bearer EAAFAKE0001", "contains a header at character 1"),
        ("EAAFAKE...0001", "dots at character 8"),
        ("EAAFAKE****", "asterisks at character 8"),
        ("1234567890123456%7CFAKE0001", "a percent sign at character 17"),
        ("BearerEAAFAKE0001", "contains a header"),
        ("OAuthEAAFAKE0001", "contains a header"),
        ("EAAFAKE 0001", "whitespace at character 8"),
        ("EAAFAKE\u{201D}0001", "byte 8 of the secret"),
    ])
    func `text that no secret contains is reported by its position`(
        _ text: String, _ words: String
    ) async throws {
        try await expectRefused(text, saying: words)
    }

    @Test(arguments: [
        ("EAAFAKE0001>", 12), ("EAAFAKE0001&", 12), ("EAAFAKE0001,EAAFAKE0002", 12),
        ("*EAAFAKE0001", 1), ("@EAAFAKE0001", 1),
    ])
    func `a token has no punctuation`(_ text: String, _ position: Int) async throws {
        try await expectRefused(
            text, by: Array(Self.commands.prefix(5)), saying: "at character \(position)")
    }

    @Test(arguments: [
        "your_app_secret_here", "YOUR_APP_SECRET", "your-access-token", "APP_SECRET", "app_secret",
        "PAGE_ACCESS_TOKEN", "access_token", "<your_token>", "<token>", "$APP_SECRET", "${TOKEN}",
        "INSERT_TOKEN_HERE", "paste-your-token-here", "changeme", "CHANGE_ME", "replace_me_0001",
        "xxxxxxxxxxxx", "EAAxxxxxxxxx", "placeholder", "token", "secret", "null", "undefined",
        "todo", "YourAppSecret", "EAA_YOUR_TOKEN", "EAAB_your_token_here", "EAAG-your-page-token",
        "yourAppSecretHere", "YOURTOKENHERE", "EAAYOURTOKENHERE", "YOUR.APP.SECRET",
        "insertyourtokenhere", "tokenhere", "REDACTED", "fixme", "TBD", "YourSecretKey",
    ])
    func `a placeholder from an example is refused`(_ text: String) async throws {
        try await expectRefused(text, saying: "this is a placeholder from an example")
        // A value with a special character is refused by its line.
        guard text.allSatisfy({ $0.isLetter || "_-".contains($0) }) else { return }
        let file = try home.write("APP_ID=5\nAPP_SECRET='\(text)'\n", to: "plain.env")
        let run = try await home.run("import", file)
        #expect(run.status == 64 && run.errors.contains("APP_SECRET: "), "\(run.errors)")
    }

    @Test(arguments: [
        ("IGAAFAKE0001", "Instagram"), ("IGQVJFAKE0001", "Instagram"),
        ("THAAFAKE0001", "Threads"), ("THQVJFAKE0001", "Threads"),
    ])
    func `a token of another platform is recognized`(_ token: String, _ platform: String)
        async throws
    {
        let additions = Self.commands.prefix(3)
        try await expectRefused(token, by: Array(additions), saying: "token is for \(platform)")
        // There is no app of the platform in the vault.
        let exchange = try await home.run("exchange", input: token)
        #expect(exchange.status == 66 && exchange.hasFailedProperly, "\(exchange.errors)")
        try await expectRefused(
            token, by: [["exchange", "--app", TemporaryHome.app]], saying: "is not an app for")
        try await expectRefused(
            token, by: [["inspect", "--app", TemporaryHome.app]], saying: "is not an app for")
        let file = try home.write("PAGE_ID=5\nPAGE_TOKEN=\(token)\n", to: "plain.env")
        let run = try await home.run("import", file)
        #expect(run.status == 64 && run.errors.contains("PAGE_TOKEN: "), "\(run.errors)")
        #expect(run.errors.contains("token is for \(platform)"))
    }

    @Test func `a token is not an app secret`() async throws {
        let secrets = [
            ["add", "app:5"], ["add", "client:5"], ["rotate", TemporaryHome.app],
        ]
        try await expectRefused("EAAFAKE0001", by: secrets, saying: "this is an access token")
        try await expectRefused("IGAAFAKE0001", by: secrets, saying: "this is an access token")
        try await expectRefused(
            "1234567890123456|FAKEsecret0001", by: secrets,
            saying: "a vertical bar at character 17")
    }

    @Test(arguments: [
        "EAAFAKE0001", "FAKE_secret-token.0001", "1234567890123456|FAKE-app_token", "FAKE",
        "0123456789abcdef0123456789abcdef", "FAKEbase64==", "AQFAKE-code_0001", "fake-secret",
        "FAKE+new/secret=2", "FAKE$1&2", "FAKE*",
        "myFAKEtoken", "xxxxx", "IGNFAKE0001", "EAAFAKEyourhere",
    ])
    func `anything that could be a secret is accepted`(_ text: String) async throws {
        let run = try await home.run("add", "page:5", input: text)
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await home.run("get", "page:5").text == text + "\n")
    }

    @Test func `long secrets are accepted too`() async throws {
        for letter in ["x", "F", "0"] {
            let text = "EAAFAKE" + String(repeating: letter, count: 20_000)
            let run = try await home.run("add", "page:5", "--replace", input: text)
            #expect(run.status == 0 && run.duration < .seconds(20), "\(run.errors)")
        }
    }

    @Test func `bad input at the prompt is refused without repeating it`() async throws {
        let (terminal, program) = try home.startAtTerminal("add", "page:5", environment: [:])
        try await terminal.wait(for: "Token for page:5: ")
        try await terminal.type("\"EAAFAKE0001\"" + PseudoTerminal.enter)
        let run = try await program.finish()
        #expect(run.status == 64 && run.errors.contains("at character 1"), "\(run.errors)")
        #expect(!terminal.text.contains("EAAFAKE"))
    }
}
