import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Colours, and where there are none.
@Suite struct ANSIStyleTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1", "FAKE") { $0.expiresAt = .at(TestWorld.morning + (-60)) }
        try world.store("page:2", "FAKE") { $0.expiresAt = .at(TestWorld.morning + 60) }
        try world.store("page:3", "FAKE") { $0.expiresAt = .never }
        world.set("TERM", "xterm")
        world.setColumns(80)
    }

    @Test(arguments: [["list"], ["check"], ["list", "--tree"]])
    func `on a terminal what needs care is coloured, and takes no more room`(
        arguments: [String]
    ) async throws {
        let coloured = await world.run(arguments).output
        #expect(coloured.contains("\u{1B}[31mexpired\u{1B}[0m"))
        #expect(coloured.contains("\u{1B}[33mexpiring\u{1B}[0m"))
        #expect(!coloured.contains("mok"))
        world.set("NO_COLOR", "1")
        let plain = await world.run(arguments).output
        #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
    }

    @Test(arguments: [("NO_COLOR", "1"), ("TERM", "dumb")])
    func `who wants none gets none`(variable: String, value: String) async throws {
        world.set(variable, value)
        #expect(await !world.run("check").output.contains("\u{1B}"))
    }

    @Test func `neither does a pipe`() async {
        world.setColumns(nil)
        #expect(await !world.run("check").output.contains("\u{1B}"))
    }

    @Test(arguments: 5...60)
    func `no colour is cut in two`(columns: Int) async {
        world.setColumns(columns)
        for line in await world.run("list").output.split(separator: "\n") {
            let codes = line.matches(of: /\u{1B}\[[0-9]+m/).count
            #expect(line.count { $0 == "\u{1B}" } == codes && codes % 2 == 0)
        }
    }
}
