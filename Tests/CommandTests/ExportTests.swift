import Foundation
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Assignments for other programs.
@Suite struct ExportTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1", "EAAFAKEpage1") { metadata in
            metadata.name = "A=B"
            metadata.expiresAt = .never
        }
        try world.store("page:2", "EAAFAKEpage2") { $0.expiresAt = .at(TestWorld.startTime) }
        try world.store("app:17", #"FAKE'"\$x"#)
    }

    @Test(arguments: [
        (["A=page:1"], "A='EAAFAKEpage1'\n"),
        (["_b2=page:1", "C=app:17"], #"_b2='EAAFAKEpage1'"# + "\n" + #"C='FAKE'\''"\$x'"# + "\n"),
        (["A=page:a=b", "--format", "shell"], "A='EAAFAKEpage1'\n"),
        (["A=app-token:17"], #"A='17|FAKE'\''"\$x'"# + "\n"),
        (["A=page:1", "--format=dotenv"], "A='EAAFAKEpage1'\n"),
        (["A=page:1", "--format", "json"], #"{"A":"EAAFAKEpage1"}"# + "\n"),
        (
            ["A=page:1", "B=app:17", "--json"],
            #"{"A":"EAAFAKEpage1","B":"FAKE'\"\\$x"}"# + "\n"
        ),
    ])
    func `assignments are quoted for their reader`(arguments: [String], output: String) async {
        let ending = await world.run(["export"] + arguments)
        #expect(ending.status == .done && ending.notes == "")
        #expect(ending.output == output)
    }

    @Test func `a reference alone is printed as with get`() async {
        for reference in ["page:1", "page:A=B", "app:17", "app-token:17"] {
            let got = await world.run("get", reference)
            for options in [[], ["--json"], ["--valid-for", "1h", "-q"]] {
                let exported = await world.run(["export", reference] + options)
                #expect(exported.output == got.output && exported.status == .done)
            }
        }
    }

    @Test(arguments: [
        (["A=page:9"], Console.ExitStatus.missing), (["A=page:1", "B=page:nobody"], .missing),
        (["A=page:1", "B=page:2"], .tokenRefused), (["page:2"], .tokenRefused),
        (["A=page:1", "A=page:1"], .usage), (["A=page:1", "page:1"], .usage),
        (["page:1", "page:1"], .usage), (["1A=page:1"], .usage), (["=page:1"], .usage),
        (["A=page"], .usage), (["A="], .usage), (["A"], .usage), ([], .usage),
        (["A-B=page:1"], .usage), (["page:1", "--format", "json"], .usage),
        (["A=page:1", "--format", "xml"], .usage), (["A=page:1", "--valid-for", "x"], .usage),
        (["A=EAAFAKEtyped"], .usage), (["EAAFAKEtyped"], .usage),
        (["A=page:1", "EAAFAKEtyped"], .usage),
    ])
    func `nothing is printed unless all is well`(
        arguments: [String], status: Console.ExitStatus
    ) async {
        let ending = await world.run(["export"] + arguments)
        #expect(ending.status == status && ending.output == "")
        #expect(!ending.allOutput.contains("FAKEtyped"))
    }

    @Test(
        arguments: [
            ("a", "'a'"), (#"a"b`c"#, #"'a"b`c'"#), ("a'b#c", #""a'b#c""#), ("a$b#", "'a$b#'"),
            (#"a\b"#, #"'a\b'"#), (#"a\\b"#, #"a\\b"#), (#"a'b"c"#, #"a'b"c"#), ("${a", "'${a'"),
            ("}${", "'}${'"), ("${a}", nil), ("a${b:-c}", nil), (#"'a\b#"#, nil),
            (##"a'b"#c"##, nil),
            (#"a\"#, #"a\"#), (#"#\"#, nil), (#"`'"a"#, nil),
        ] as [(String, String?)])
    func `a value is refused for dotenv if programs read it differently`(
        value: String, written: String?
    ) async throws {
        try world.store("client:1", value)
        let ending = await world.run("export", "--format", "dotenv", "A=client:1")
        #expect(ending.status == (written == nil ? .usage : .done))
        #expect(ending.output == (written.map { "A=\($0)\n" } ?? ""))
    }
}
