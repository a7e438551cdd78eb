import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// Colors in listings, and when they are left out.
@Suite struct ANSIStyleTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("page:1", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + (-60)) }
        try world.store("page:2", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + 60) }
        try world.store("page:3", "FAKE") { $0.expiresAt = .never }
        world.set("TERM", "xterm")
        world.setColumns(80)
    }

    @Test(arguments: [["list"], ["check"], ["list", "--tree"]])
    func `on a terminal, tokens that need attention are colored, and the layout stays the same`(
        arguments: [String]
    ) async throws {
        let colored = await world.run(arguments).output
        #expect(colored.contains("\u{1B}[31mexpired\u{1B}[0m"))
        #expect(colored.contains("\u{1B}[33mexpiring\u{1B}[0m"))
        #expect(!colored.contains("mok"))
        world.set("NO_COLOR", "1")
        let plain = await world.run(arguments).output
        #expect(colored.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
    }

    @Test(arguments: [("NO_COLOR", "1"), ("TERM", "dumb")])
    func `NO_COLOR and TERM=dumb turn colors off`(variable: String, value: String) async throws {
        world.set(variable, value)
        #expect(await !world.run("check").output.contains("\u{1B}"))
    }

    @Test func `output to a pipe has no colors`() async {
        world.setColumns(nil)
        #expect(await !world.run("check").output.contains("\u{1B}"))
    }

    @Test(arguments: 5...60)
    func `no color sequence is cut in two`(columns: Int) async {
        world.setColumns(columns)
        for line in await world.run("list").output.split(separator: "\n") {
            let codes = line.matches(of: /\u{1B}\[[0-9]+m/).count
            #expect(line.count { $0 == "\u{1B}" } == codes && codes % 2 == 0)
        }
    }
}
