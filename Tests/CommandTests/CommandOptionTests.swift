import ArgumentParser
import Foundation
import Platform
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// The options that commands offer, and how `--vault` is found before arguments are parsed.
@Suite struct CommandOptionTests {
    private func parses(_ line: String) -> Bool {
        let words = line.split(separator: " ").map(String.init)
        return (try? CommandLineParsing.command(for: words)) != nil
    }

    @Test(arguments: ["lock", "status", "doctor"])
    func `a command that does not open the vault has no unlock options`(_ command: String) {
        #expect(parses("\(command) --vault v --json --quiet"))
        let unlocking = UnlockMethod.all.compactMap(\.option).map { "\($0) 3" }
        for option in unlocking + ["--no-input", "--accept-rollback"] {
            #expect(!parses("\(command) \(option)"), "\(option)")
        }
    }

    @Test func `init accepts a passphrase but no machine key`() {
        #expect(parses("init --vault v --passphrase-file p --no-input --json --quiet"))
        #expect(!parses("init --accept-rollback"))
        for method in UnlockMethod.all {
            guard let option = method.option else { continue }
            #expect(parses("init \(option) 3") == !method.isMachineKey, "\(option)")
        }
    }

    @Test func `revoke accepts -f for --force`() {
        #expect(parses("revoke user:1 -f") && parses("revoke user:1 --force"))
    }

    @Test func `export REF is get REF`() async throws {
        let world = try TestWorld()
        try world.store("page:1", "EAAFAKE1")
        let ending = await world.run("export", "page:1")
        #expect(ending.status == .done && ending.output == "EAAFAKE1\n")
        #expect(parses("help export"))
    }

    @Test func `an empty value after an equals sign is not replaced by the next argument`()
        async throws
    {
        let world = try TestWorld()
        try world.store("page:1", "EAAFAKE1")
        world.endHooks(.ended(status: 0))
        #expect(await world.run("list", "--vault=", "page:1").status == .usage)
        #expect(await world.run("get", "--vault=", "page:1").status == .usage)
        #expect(await world.run("check", "--within=", "14d").status == .usage)
        #expect(await world.run("check", "--on-problem=", "page:2").status == .missing)
        #expect(await world.run("rename", "page:1", "--", "--name=").status == .done)
        #expect(try world.stored("page:1")?.metadata.name == "--name=")
        #expect(world.takeHookRuns().isEmpty)
    }

    @Test func `--vault is found however it is written`() {
        #expect(VaultArgument.path(in: ["list", "--vault", "a b"]) == "a b")
        #expect(VaultArgument.path(in: ["list", "--vault=a=b"]) == "a=b")
        #expect(VaultArgument.path(in: ["list", "--vault"]) == nil)
        #expect(VaultArgument.path(in: ["list", "--vaults", "a"]) == nil)
    }

    @Test(arguments: SecretCommand.Name.allCases)
    func `the small program's option table matches the parser's`(
        _ name: SecretCommand.Name
    ) throws {
        struct Description: Decodable {
            struct Command: Decodable {
                let arguments: [Argument]?
            }
            struct Argument: Decodable {
                struct Name: Decodable {
                    let kind: String
                    let name: String
                }
                let kind: String
                let isRepeating: Bool
                let names: [Name]?
            }
            let command: Command
        }
        let commands = Tokenvault.configuration.subcommands
        let command = try #require(commands.first { $0._commandName == name.rawValue })
        let dump = command._dumpHelp()
        let parser = try JSONDecoder().decode(Description.self, from: Data(dump.utf8))
        let ours = SecretCommand.options(of: name)
        let theirs = (parser.command.arguments ?? []).filter { $0.kind != "positional" }
        var expected: Set<String> = []
        for argument in theirs {
            let names = (argument.names ?? []).map { one in
                (one.kind == "long" ? "--" : "-") + one.name
            }
            // These two are the parser's own, which the small program does not handle.
            if names.contains("--help") || names.contains("--version") { continue }
            expected.formUnion(names)
            let option = try #require(ours.first { $0.names.contains(names[0]) }, "\(names)")
            #expect(option.takesValue == (argument.kind == "option"), "\(names)")
            #expect(!option.takesValue || option.isRepeatable == argument.isRepeating, "\(names)")
        }
        #expect(Set(ours.flatMap(\.names)) == expected)
    }
}
