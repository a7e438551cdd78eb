import Entries
import Foundation
import GraphSimulator
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// What `import` stores from plain files.
@Suite struct ImportTests {
    let world: TestWorld
    private static let app = "1234567890123456"

    init() throws {
        world = try TestWorld()
    }

    /// Writes the file to import and returns its path.
    private func file(_ text: String) throws -> String {
        let path = "\(world.directory)/plain.env"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test(arguments: ["", "FB_", "FACEBOOK_", "META_"])
    func `an app's ID and secret are imported with any prefix`(prefix: String) async throws {
        let path = try file("\(prefix)APP_ID=\(Self.app)\n\(prefix)APP_SECRET=FAKEsecret0001\n")
        #expect(await world.run("import", path).status == .done)
        #expect(try world.references() == ["app:\(Self.app)"])
        #expect(try world.stored("app:\(Self.app)")?.secret == "FAKEsecret0001")
    }

    @Test(arguments: [
        "PAGE_TOKEN=EAAFAKEpage", "PAGE_TOKEN='EAAFAKEpage'", "PAGE_TOKEN=\"EAAFAKEpage\"",
        "export PAGE_TOKEN=EAAFAKEpage", "  export \t PAGE_TOKEN = EAAFAKEpage  ",
        "PAGE_TOKEN=EAAFAKEpage # the page's", "PAGE_TOKEN='EAAFAKEpage' # the page's",
        "PAGE_TOKEN=\"EAAFAKEpage\"   # the page's", "PAGE_TOKEN=EAAFAKEpage\r",
        "PAGE_TOKEN=EAAFAKEold\nPAGE_TOKEN=EAAFAKEpage",
        "#PAGE_TOKEN=EAAFAKEother\nPAGE_TOKEN=EAAFAKEpage",
        "KEY=\"-----BEGIN\nPAGE_TOKEN=EAAFAKEinner\n\"\nPAGE_TOKEN=EAAFAKEpage",
        "OTHER=it's\nBROKEN='\nPAGE_TOKEN=EAAFAKEpage", "nonsense\n=\nPAGE_TOKEN=EAAFAKEpage",
        "PAGE_TOKEN=\nFB_PAGE_TOKEN=EAAFAKEpage", "\nPAGE_TOKEN=EAAFAKEpage\n\n",
    ])
    func `common ways of writing a file are understood`(lines: String) async throws {
        for text in ["PAGE_ID=12\n\(lines)", "\u{FEFF}\(lines)\nPAGE_ID=\"12\"\r\n"] {
            let ending = await world.run("import", try file(text), "--replace")
            #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
            #expect(try world.references() == ["page:12"])
            #expect(try world.stored("page:12")?.secret == "EAAFAKEpage")
        }
    }

    @Test(arguments: [
        "X=350685531728|62f8ce9fFAKE23437a4a32",
        "X=https%3A%2F%2Fx%2Fme%3Faccess_token%3DEAAFAKE123456",
        "X='-H=Authorization:Bearer%20EAAFAKE123456'", "CMD='curl -dEAAFAKE123456'",
        "CMD=--token-EAAFAKE123456", "X=fb-EAAFAKE123456", "X=oauth2_EAAFAKE123456",
        "X=v1_0123456789abcdef0123456789abcdef", "MY_SECRET+=hunter2xyz", "# MY_SECRET+=hunter2xyz",
        "MY_SECRET?=hunter2xyz", #"NOTE="see\nEAAFAKEtoken0001""#, #"NOTE="\tEAAFAKEtoken0001""#,
        "CB=x%253DEAAFAKEtoken0001", "FOO='curl -H OAuthEAAFAKEtoken0001'",
        "# tokenEAAFAKEtoken0001", #"A='\u0022EAAFAKEtoken0001'"#,
        "A=0x0123456789abcdef0123456789abcdef",
    ])
    func `a secret left in the file is found, however it is delimited`(line: String) async throws {
        let path = try file("FB_APP_ID=12345\nFB_APP_SECRET=FAKEsecret\n\(line)\n")
        let ending = await world.run("import", path)
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(!ending.allOutput.contains("shred"), "\(ending.allOutput)")
    }

    @Test func `long lines are read in reasonable time`() async throws {
        let start = ContinuousClock.now
        for line in [
            "# " + String(repeating: "-", count: 100_000),
            "BLOB=" + String(repeating: "x-_7", count: 25_000),
        ] {
            let path = try file("FB_APP_ID=12345\nFB_APP_SECRET=FAKEsecret\n\(line)\n")
            #expect(await world.run("import", path, "--replace").status == .done)
        }
        // In a debug build; in quadratic time it would take many minutes.
        #expect(ContinuousClock.now - start < .seconds(100))
    }

    @Test func `a secret left in the file as a JSON key is found`() async throws {
        let path = try file(
            #"{"data":[{"id":"7","access_token":"EAAFAKE1"}],"extra":{"EAAFAKE123456":"a"}}"#)
        let ending = await world.run("import", path)
        #expect(ending.status == .done && !ending.allOutput.contains("shred"))
        #expect(!ending.allOutput.contains("EAAFAKE"))
    }

    @Test(arguments: ["FAKE0123456789==# the old one", "FAKE0123456789=#"])
    func `a hash sign that programs read differently is refused`(value: String) async throws {
        let ending = await world.run("import", try file("APP_ID=12345\nAPP_SECRET=\(value)\n"))
        #expect(ending.status == .usage)
        #expect(try world.references() == [])
    }

    @Test func `quotes protect what would end a value`() async throws {
        for (value, secret) in [
            ("'FAKE(x;y&z' # comment", "FAKE(x;y&z"), ("\"FAKE)x<y>z\"", "FAKE)x<y>z"),
        ] {
            let path = try file("APP_ID=1\nAPP_SECRET=\(value)\n")
            #expect(await world.run("import", path, "--replace").status == .done)
            #expect(try world.stored("app:1")?.secret == secret)
        }
    }

    @Test(arguments: [
        "APP_ID=1\nAPP_SECRET='FAKEsecret", "APP_ID=1\nAPP_SECRET=\"FAKEsecret\"x",
        "APP_ID=FAKEsecret\nAPP_SECRET=x", "APP_ID=1\nAPP_SECRET=${FAKEsecret}",
        "APP_ID=1\nAPP_SECRET=\"$(FAKEsecret)\"", "APP_ID=1\nAPP_SECRET=FAKE secret",
        "APP_ID=1\nFB_APP_ID=2\nMETA_APP_SECRET=FAKEsecret", "FOO=FAKEsecret", "", "FAKEsecret",
        "{\"access_token\":\"FAKEsecret\"", "{\"error\":{\"message\":\"FAKEsecret\"}}", "[]",
        "APP_ID=1\nAPP_SECRET=FAKEsecret\nPAGE_ID=2\nPAGE_TOKEN=FAKE token",
    ])
    func `a file that cannot be understood stores nothing, and its content is not shown`(
        text: String
    ) async throws {
        let ending = await world.run("import", try file(text))
        #expect(ending.status == .usage)
        #expect(!ending.allOutput.contains("FAKE"))
        #expect(try world.references() == [])
    }

    @Test func `two apps in one file are distinguished by their prefixes`() async throws {
        let path = try file(
            "FB_APP_ID=1\nFB_APP_SECRET=FAKEa\nMETA_APP_ID=2\nMETA_APP_SECRET=FAKEb")
        #expect(await world.run("import", path).status == .done)
        #expect(try world.stored("app:1")?.secret == "FAKEa")
        #expect(try world.stored("app:2")?.secret == "FAKEb")
    }

    @Test func `a token without an ID is named and not stored`() async throws {
        let path = try file(
            "APP_ID=1\nAPP_SECRET=FAKEsecret\nSHORT_TOKEN=EAAFAKEshort\nUSER_TOKEN=EAAFAKEu")
        let ending = await world.run("import", path)
        #expect(ending.status == .done)
        #expect(try world.references() == ["app:1"])
        #expect(ending.notes.contains("SHORT_TOKEN was not stored"))
        #expect(ending.notes.contains("tokenvault exchange"))
        #expect(ending.notes.contains("USER_TOKEN was not stored"))
        #expect(ending.notes.contains("--online"))
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test func `a file with only such tokens is a usage error`() async throws {
        let ending = await world.run("import", try file("LONG_TOKEN=EAAFAKElong"))
        #expect(ending.status == .usage)
        #expect(ending.failure?.message.text.contains("LONG_TOKEN") == true)
        #expect(ending.failure?.hint?.text.hasSuffix("plain.env --online") == true)
    }

    @Test func `an app secret without its ID is named and not stored`() async throws {
        let path = try file("APP_SECRET=FAKEsecret\nPAGE_ID=2\nPAGE_TOKEN=EAAFAKEpage")
        let ending = await world.run("import", path)
        #expect(ending.notes.contains("APP_SECRET was not stored: APP_ID is missing"))
        #expect(try world.references() == ["page:2"])
    }

    @Test func `an existing entry is left alone, and nothing else is stored`() async throws {
        try world.store("page:2", "EAAFAKEold")
        let path = try file("APP_ID=1\nAPP_SECRET=FAKEsecret\nPAGE_ID=2\nPAGE_TOKEN=EAAFAKEpage")
        for options in [[], ["--dry-run"]] {
            let ending = await world.run(["import", path] + options)
            #expect(ending.status == .exists)
            #expect(ending.failure?.message.text.contains("page:2") == true)
            #expect(try world.references() == ["page:2"])
            #expect(try world.stored("page:2")?.secret == "EAAFAKEold")
        }
        #expect(await world.run("import", path, "--replace").status == .done)
        #expect(try world.stored("page:2")?.secret == "EAAFAKEpage")
        #expect(try world.references() == ["app:1", "page:2"])
    }

    @Test func `--dry-run shows what it would store, and stores nothing`() async throws {
        let path = try file("FB_APP_ID=1\nFB_APP_SECRET=FAKEsecret\n")
        let ending = await world.run("import", path, "--dry-run")
        #expect(ending.status == .done)
        #expect(ending.output.contains("app:1  FB_APP_SECRET"))
        #expect(ending.notes.contains("nothing was stored"))
        #expect(!ending.notes.contains("shred"))
        #expect(try world.references() == [])
    }

    @Test func `a warning says that the file still exists, with the command to delete it`()
        async throws
    {
        let path = try file("APP_ID=1\nAPP_SECRET=FAKEsecret\n")
        let ending = await world.run("import", path, "--quiet")
        #expect(ending.notes.contains("plain text"))
        #expect(ending.notes.contains("shred -u \(path)\n"))
    }

    @Test func `standard input can be imported, without a warning about a file`() async throws {
        world.pipe("APP_ID=1\nAPP_SECRET=FAKEsecret\n")
        let ending = await world.run("import", "-")
        #expect(ending.status == .done && ending.notes == "")
        world.type()
        #expect(await world.run("import", "-").status == .usage)
    }

    @Test func `a token typed instead of a file name is not repeated`() async throws {
        let ending = await world.run("import", "EAAFAKEtyped")
        #expect(ending.status == .inputOutput)
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test func `a response of the accounts edge becomes pages`() async throws {
        let path = try file(
            #"""
            {"data": [
              {"access_token": "EAAFAKE\u0070age1", "category": "Bakery", "name": "Caf\u00e9 \ud83e\udd50",
               "id": "11", "tasks": ["MANAGE", "MODERATE"]},
              {"access_token": "EAAFAKEpage2", "name": "Two", "id": 12},
              {"name": "None", "id": "13"}
            ], "paging": {"cursors": {"after": "x"}, "next": "https://graph.facebook.com/?EAAFAKE"}}
            """#)
        let ending = await world.run("import", path)
        #expect(ending.status == .done)
        #expect(try world.references() == ["page:11", "page:12"])
        let (metadata, secret) = try #require(try world.stored("page:11"))
        #expect(secret == "EAAFAKEpage1")
        #expect(metadata.name == "Café 🥐" && metadata.category == "Bakery")
        #expect(metadata.tasks == ["MANAGE", "MODERATE"])
        #expect(metadata.nameIsChosen == nil)
        #expect(ending.notes.contains("data[2] was not stored: it has no token"))
        #expect(ending.notes.contains("to get all of it: tokenvault help add"))
        #expect(!ending.allOutput.contains("FAKE"))
    }

    @Test func `a response for one page becomes a page`() async throws {
        let path = try file(#"{"access_token":"EAAFAKEpage1","id":"11"}"#)
        #expect(await world.run("import", path).status == .done)
        #expect(try world.stored("page:11")?.secret == "EAAFAKEpage1")
    }

    @Test func `a million opening brackets do not use up the stack`() async throws {
        let path = try file(String(repeating: "[", count: 1_000_000))
        #expect(await world.run("import", path).status == .usage)
    }

    @Test func `the JSON lists what was stored and what was not`() async throws {
        let path = try file("APP_ID=1\nAPP_SECRET=FAKEsecret\nSHORT_TOKEN=EAAFAKEshort")
        let object = try await world.run("import", path, "--json").object()
        let stored = try #require(object["stored"] as? [[String: Any]])
        #expect(stored.map { $0["ref"] as? String } == ["app:1"])
        let left = try #require(object["left_out"] as? [[String: Any]])
        #expect(left.map { $0["source"] as? String } == ["SHORT_TOKEN"])
        #expect(object["dry_run"] as? Bool == false)
    }
}
