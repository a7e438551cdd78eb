import Foundation
import GraphSimulator
import Support
import Testing

// Tokens, entries, apps and commands of different platforms: one line, and nothing is sent.
struct WrongPlatformTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    /// A vault that another program wrote, with tokens in entries of other platforms.
    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withVault(using: graph)
        let records = [
            ("app:1234567890123456", "FAKEsecret0001"), ("user:1", "IGAAFAKE0001"),
            ("system:2", "THAAFAKE0001"), ("page:3", "IGQFAKE0001"),
            ("instagram:4", "EAAFAKE0001"), ("threads:5", "IGAAFAKE0002"),
            ("instagram-app:6", "FAKEsecret0002"),
        ]
        let lines = records.map { #"{"reference":"\#($0)","secret":"\#($1)","metadata":{}}"# }
        try home.write(lines.joined(separator: "\n") + "\n", to: "records")
        let passphrase = try home.write(TemporaryHome.passphrase, to: "passphrase")
        let program = "\(ProgramUnderTest.repository)/Tests/Reference/vault_format.py"
        let saved = try await home.shell(
            "python3 '\(program)' save '\(home.vault)' --passphrase-file '\(passphrase)' "
                + "--records records")
        try #require(saved.status == 0, "\(saved.errors)")
    }

    @Test(arguments: ["user:1", "system:2", "page:3", "instagram:4", "threads:5"])
    func `a token in the wrong entry is printed, but never sent`(_ entry: String) async throws {
        let before = try home.contents("vault")
        #expect(try await home.run("get", entry).status == 0)
        let uri = ["--redirect-uri", "https://example.com/"]
        for command in [
            ["inspect", entry], ["exchange", entry], ["proof", entry],
            ["revoke", entry, "--force"],
            ["pages", "--user", entry], ["client-code", entry] + uri,
        ] {
            let run = try await home.run(command)
            #expect(run.status == 64 && run.hasFailedProperly, "\(command): \(run.errors)")
            #expect(!run.errors.contains("FAKE"))
        }
        let check = try await home.run("check", "--online", entry)
        #expect(check.status == 64 && check.errorLines.count == 2, "\(check.errors)")
        #expect(try await home.run("refresh", entry).status == 64)
        #expect(graph.receivedNoRequests)
        #expect(try home.contents("vault") == before)
    }

    @Test(arguments: [
        ("EAAFAKE0001", "instagram-app:6"), ("IGAAFAKE0001", TemporaryHome.app),
        ("THAAFAKE0001", "instagram-app:6"),
    ])
    func `a pasted token is not sent with an app of another platform`(
        _ token: String, _ app: String
    ) async throws {
        for command in ["exchange", "inspect"] {
            let run = try await home.run(command, "--app", app, input: token)
            #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
            #expect(run.errors.contains("is not an app for") && !run.errors.contains("FAKE"))
        }
        #expect(graph.receivedNoRequests)
    }

    @Test func `commands of Facebook alone refuse other kinds`() async throws {
        let uri = ["--redirect-uri", "https://example.com/"]
        for command in [
            ["pages", "--user", "instagram:4"], ["proof", "threads:5"], ["revoke", "threads:5"],
            ["client-code", "instagram:4"] + uri, ["redeem", "--app", "instagram-app:6"] + uri,
        ] {
            let run = try await home.run(command, input: "FAKEcode")
            #expect(run.status == 64 && run.hasFailedProperly, "\(command): \(run.errors)")
            #expect(run.errors.contains("\(command[0]) is only for Facebook"), "\(run.errors)")
        }
        #expect(graph.receivedNoRequests)
    }

    @Test func `import refuses a token under the prefix of another platform`() async throws {
        let before = try home.contents("vault")
        let text = "THREADS_USER_ID=17\nTHREADS_ACCESS_TOKEN=IGAAFAKE0001\n"
        for options in [[], ["--online"]] {
            let run = try await home.run(["import", "-"] + options, input: text)
            #expect(run.status == 64 && run.hasFailedProperly, "\(run.errors)")
            #expect(run.errors.contains("hint: tokenvault add instagram:17"), "\(run.errors)")
        }
        #expect(graph.receivedNoRequests)
        #expect(try home.contents("vault") == before)
    }

    @Test func `exec passes tokens of every platform on`() async throws {
        let run = try await home.run(
            "exec", "--env", "A=instagram:4", "--env", "B=threads:5", "--", "sh", "-c",
            "echo ${#A} ${#B}")
        #expect(run.status == 0 && run.text == "11 12\n", "\(run.errors)")
    }
}
