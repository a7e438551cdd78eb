import Entries
import Foundation
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Templates that are filled in.
@Suite struct InjectTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1", "EAAFAKEpage1") { metadata in
            metadata.name = "My bakery"
            metadata.expiresAt = .never
        }
        try world.store("page:2", "EAAFAKEpage2") { metadata in
            metadata.name = "Café = {x} y}"
            metadata.expiresAt = .at(TestWorld.startTime + 3_600)
        }
        try world.store("app:17", "FAKE{{secret}}$1\\")
        try world.store("page:3", "EAAFAKEpage3") { $0.expiresAt = .at(TestWorld.startTime) }
    }

    private func path(_ name: String) -> String { "\(world.directory)/\(name)" }

    @Test(arguments: [
        ("", ""), ("nothing\n", "nothing\n"), ("{{page:1}}", "EAAFAKEpage1"),
        ("a{{ page:1 }}b{{   page:2}}\n", "aEAAFAKEpage1bEAAFAKEpage2\n"),
        ("{{page:My bakery}}|{{ page:MY BAKERY }}", "EAAFAKEpage1|EAAFAKEpage1"),
        ("{{ page:Café = {x} y} }}", "EAAFAKEpage2"),
        ("{{app:17}}", "FAKE{{secret}}$1\\"), ("{{ app-token:17 }}", "17|FAKE{{secret}}$1\\"),
        ("{{{{", "{{"), ("{{{{ page:1 }}", "{{ page:1 }}"), ("{{{{{{page:1}}", "{{EAAFAKEpage1"),
        ("{{{{{page:1}}", "{{{page:1}}"), ("{{{{{{{{", "{{{{"), ("}} } {", "}} } {"),
        ("{{page:1}}}}", "EAAFAKEpage1}}"), ("{ {page:1}} {", "{ {page:1}} {"),
        ("\u{FEFF}{{page:1}}\r\n\0\0", "\u{FEFF}EAAFAKEpage1\r\n\0\0"),
    ])
    func `placeholders become tokens, and everything else stays`(
        template: String, result: String
    ) async {
        world.pipe(template)
        let ending = await world.run("inject")
        #expect(ending.status == .done, "\(ending.failure?.message ?? "")")
        #expect(ending.output == result && ending.notes == "")
    }

    @Test(arguments: [
        ("{{", 1), ("{{page:1", 1), ("\n\n{{page:1}\n}}", 3), ("{{ page:1\r\n}}", 1),
        ("x\n{{}}", 2), ("{{  }}", 1), ("{{page}}", 1), ("{{ {page:1} }}", 1), ("{{{page:1}}}", 1),
        ("{{\tpage:1}}", 1), ("{{page:1}}\n{{ EAAFAKEtyped }}", 2), ("{{page:01}}", 1),
        ("{{PAGE:1}}", 1), ("{{pge:1}}", 1), ("{{other:name}}", 1), ("{{page:}}", 1),
        ("{{{{}}\n{{page:1}} {{page:1 }} {{", 2),
    ])
    func `a malformed placeholder is a usage error that names its line`(
        template: String, line: Int
    ) async {
        world.pipe(template)
        let ending = await world.run("inject")
        #expect(ending.status == .usage && ending.output == "")
        #expect(ending.failure?.message.text.hasPrefix("template line \(line): ") == true)
        #expect(!ending.allOutput.contains("EAAFAKE"))
    }

    @Test(arguments: [
        ("page:9", Console.ExitStatus.missing), ("page:nobody", .missing),
        ("page:1~previous", .missing),
        ("app-token:9", .missing), ("page:3", .tokenRefused),
    ])
    func `if one token is missing or dead, nothing is written`(
        reference: String, status: Console.ExitStatus
    ) async throws {
        let template = "{{page:1}}\n{{ \(reference) }}"
        world.pipe(template)
        let ending = await world.run("inject")
        #expect(ending.status == status && ending.output == "")
        #expect(ending.failure?.message.text.hasPrefix("template line 2: ") == true)
        try Data("old".utf8).write(to: URL(filePath: path("out")))
        world.pipe(template)
        #expect(await world.run("inject", "-o", path("out")).status == status)
        world.pipe(template)
        #expect(await world.run("inject", "-o", path("new")).status == status)
        #expect(try String(contentsOfFile: path("out"), encoding: .utf8) == "old")
        #expect(!FileManager.default.fileExists(atPath: path("new")))
    }

    @Test func `--valid-for applies to all tokens`() async {
        world.pipe("{{page:1}} {{page:2}}")
        #expect(await world.run("inject", "--valid-for", "59m").status == .done)
        let ending = await world.run("inject", "--valid-for", "2h")
        #expect(ending.status == .expiring && ending.output == "")
    }

    @Test func `an ambiguous name is a usage error`() async throws {
        try world.store("page:4", "EAAFAKEpage4") { $0.name = "My Bakery" }
        world.pipe("{{page:my bakery}}")
        let ending = await world.run("inject")
        #expect(ending.status == .usage && ending.output == "")
    }

    @Test func `a template with any bytes is copied from a file to a file`() async throws {
        let bytes = (0...255).map { UInt8($0) }
        let template = Data(bytes) + Data("{{page:1}}".utf8) + Data(bytes)
        try template.write(to: URL(filePath: path("in")))
        let ending = await world.run("inject", "-i", path("in"), "-o", path("out"))
        #expect(ending.status == .done && ending.output == "" && ending.notes == "")
        let result = try Data(contentsOf: URL(filePath: path("out")))
        #expect(result == Data(bytes) + Data("EAAFAKEpage1".utf8) + Data(bytes))
    }

    @Test func `a reference that is not valid UTF-8 is a usage error`() async throws {
        let template = Data("{{page:".utf8) + Data([0xFF]) + Data("}}".utf8)
        try template.write(to: URL(filePath: path("in")))
        #expect(await world.run("inject", "-i", path("in")).status == .usage)
    }

    @Test func `the vault, its lock and what unlocks it are not overwritten`() async throws {
        let (link, key, passphrase) = (path("link"), path("inject.key"), path("passphrase"))
        let files = [world.vaultPath, "\(world.vaultPath).lock", key, passphrase]
        for file in files where file != world.vaultPath {
            try Data("FAKE".utf8).write(to: URL(filePath: file))
        }
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: world.vaultPath)
        world.set("TOKENVAULT_PASSPHRASE_FILE", passphrase)
        let before = try files.map { try Data(contentsOf: URL(filePath: $0)) }
        for file in files + [link] {
            world.pipe("{{page:1}}")
            let ending = await world.run("inject", "-o", file, "--key-file", key)
            #expect(ending.failure?.message.text.contains("the vault itself, its lock") == true)
        }
        #expect(try files.map { try Data(contentsOf: URL(filePath: $0)) } == before)
    }

    @Test(arguments: [
        ["inject", "-i", ""], ["inject", "-o", ""], ["inject", "x"], ["inject", "-i"],
        ["inject", "-o", "a", "-o", "b"], ["inject", "--valid-for", "soon"],
    ])
    func `invalid arguments are usage errors`(arguments: [String]) async {
        world.pipe("{{page:1}}")
        let ending = await world.run(arguments)
        #expect(ending.status == .usage && ending.output == "")
    }

    @Test func `a template is never read from a terminal`() async {
        #expect(await world.run("inject").status == .usage)
    }

    @Test func `templates and results have a maximum size`() async throws {
        let limit = 4 << 20
        world.pipe(String(repeating: "x", count: limit))
        #expect(await world.run("inject").output.utf8.count == limit)
        world.pipe(String(repeating: "x", count: limit + 1))
        #expect(await world.run("inject").status == .usage)
        try world.store("page:5", String(repeating: "x", count: 65_536)) { $0.expiresAt = .never }
        world.pipe(String(repeating: "{{page:5}}", count: 1_025))
        let ending = await world.run("inject")
        #expect(ending.status == .usage && ending.output == "")
    }

    @Test func `many placeholders on a line take linear time`() async {
        let start = ContinuousClock.now
        let count = 100_000
        world.pipe(String(repeating: "{{page:1}}", count: count))
        #expect(await world.run("inject").output.utf8.count == 12 * count)
        world.pipe(String(repeating: "{{{{", count: count) + String(repeating: "{ ", count: count))
        #expect(await world.run("inject").output.utf8.count == 4 * count)
        // In a debug build; in quadratic time it would take hours.
        #expect(ContinuousClock.now - start < .seconds(60))
    }
}
