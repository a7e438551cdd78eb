import ArgumentParser
import Foundation
import Support
import Testing

@testable import Console
@testable import tokenvault_main

/// Command lines that are parsed without the argument parser, or with less of it.
@Suite struct QuickParsingTests {
    /// What the parser says of a command.
    private struct Description: Decodable {
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

    @Test(arguments: SecretCommand.Name.allCases)
    func `the small program's option tables match the parser's`(_ name: SecretCommand.Name) throws {
        try expectEqual(SecretCommand.table(of: name).options, of: name.rawValue)
    }

    @Test(arguments: QuickCommands.all.map { $0._commandName })
    func `the large program's option tables match the parser's`(name: String) throws {
        func compare<Command: QuickCommand>(_ command: Command.Type) throws {
            try expectEqual(Command.optionTable.options, of: name)
        }
        for command in QuickCommands.all where command._commandName == name { try compare(command) }
    }

    private func expectEqual<Draft>(
        _ ours: [OptionTable<Draft>.Option], of name: String
    ) throws {
        let commands = Tokenvault.configuration.subcommands
        let command = try #require(commands.first { $0._commandName == name })
        let dump = command._dumpHelp()
        let parser = try JSONDecoder().decode(Description.self, from: Data(dump.utf8))
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

    @Test(arguments: [
        "api me", "api GET me", "api -i me -q --include --json",
        "api page:Fake_Café/feed -f message=Hi --field=a=b -F x=@- --form y=",
        "api me --as=user:1 --paginate --show-secrets --graph-version none",
        "api me --graph-url=http://127.0.0.1 --ca-file a_b -f = -f=c",
        "api me --vault v --key-file k --passphrase-fd=3 --no-input",
        "api me --passphrase-command c_d --accept-rollback", "api a b c",
        "list", "list --kind page", "list --tree --json -q", "list --kind=x --vault=v",
        "check", "check page:1 user:x --within 30d --at=2026-01-01 --online", "check -q page:1",
        "check --format prometheus --on-problem ./x --require-shared", "check --format=json",
        "exchange", "exchange user:1 --app app:1 --json", "exchange --resume --no-input",
        "exchange --on-change=x --require-shared --graph-url u", "pages", "pages 1 2 --user user:1",
        "pages --offline --json", "pages --on-change x page:1", "verify", "verify --key-file=k",
    ])
    func `a table and the parser give the same command`(line: String) throws {
        let arguments = line.split(separator: " ").map(String.init)
        let quick = try #require(QuickCommands.parsed(arguments))
        let parsed = try Tokenvault.parseAsRoot(arguments)
        #expect(type(of: quick) == type(of: parsed) && "\(quick)" == "\(parsed)")
    }

    @Test func `what a table does not fully understand is left to the parser`() {
        for arguments in [
            ["api"], ["api", "-i"], ["api", "me", "--help"], ["api", "me", "-h"],
            ["api", "me", "--"], ["api", "--", "me"], ["api", "me", ""], ["api", "me", "--as"],
            ["api", "me", "--as="], ["api", "me", "--as", "--json"], ["api", "me", "-f", "-x"],
            ["api", "me", "--as", "a", "--as", "b"], ["api", "me", "-fa=b"], ["api", "me", "-iq"],
            ["api", "me", "--inc"], ["api", "me", "--json=1"], ["api", "me", "-"],
            ["api", "me", "--fresh"], ["api", "me", "--version"], ["list", "x"], ["list", "--"],
            ["check", "--format", "xml"], ["check", "--within"], ["exchange", "a", "b"],
            ["exchange", "--app", "a", "--app", "b"], ["verify", "x"], ["pages", ""],
            ["lst"], [], ["show", "page:1"],
        ] {
            #expect(QuickCommands.parsed(arguments) == nil, "\(arguments)")
        }
    }

    /// Command lines of all commands, most of them wrong.
    private struct RandomArguments {
        var generator: SeededGenerator
        let options: [String]

        mutating func make() -> [String] {
            let words = [
                "page:1", "app:1234567890123456", "x", "", "5m", "2h", "A=page:1", "-", "--", "-h",
                "--help", "--version", "-q", "--json", "--generate-completion-script", "bash",
                "help",
                "--vault=v", "--vault", "--no-input", "---completion",
            ]
            return (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                let isOption = Bool.random(using: &generator)
                return (isOption ? options : words).randomElement(using: &generator) ?? ""
            }
        }
    }

    @Test(arguments: Tokenvault.configuration.subcommands.map { $0._commandName })
    func `a command parsed alone is the one that the whole parser finds`(name: String) throws {
        let command = try #require(
            Tokenvault.configuration.subcommands.first { $0._commandName == name })
        let names = command._dumpHelp().matches(of: /"name" : "([a-zA-Z-]+)"/).map { match in
            (match.1.count == 1 ? "-" : "--") + match.1
        }
        var random = RandomArguments(generator: SeededGenerator(seed: 7), options: names)
        // In a debug build, the whole parser takes long.
        for _ in 0..<8 {
            let arguments = [name] + random.make()
            let whole = try? Tokenvault.parseAsRoot(arguments)
            if let quick = QuickCommands.parsed(arguments) {
                let both = try #require(whole, "\(arguments)")
                #expect(type(of: both) == command && "\(both)" == "\(quick)", "\(arguments)")
            }
            guard let single = SingleCommand.parsed(arguments) else {
                // Help, or arguments that are wrong.
                let isFound = whole.map { type(of: $0) == command } ?? false
                #expect(
                    !isFound || !command.configuration.subcommands.isEmpty, "\(arguments)")
                continue
            }
            let both = try #require(whole, "\(arguments)")
            #expect(type(of: both) == command && type(of: single) == command, "\(arguments)")
            #expect("\(both)" == "\(single)", "\(arguments)")
        }
    }

    @Test func `help, errors and commands with subcommands need the whole parser`() {
        for arguments in [["list"], ["check", "--within", "5d"], ["add", "page:1", "--json"]] {
            #expect(SingleCommand.parsed(arguments) != nil, "\(arguments)")
        }
        for arguments in [
            ["list", "--help"], ["list", "-h"], ["list", "x", "y"], ["list", "--version"], ["key"],
            ["key", "list"], ["help", "list"], ["list", "--generate-completion-script", "bash"],
            ["none"], ["--version"], [], ["add"],
        ] {
            #expect(SingleCommand.parsed(arguments) == nil, "\(arguments)")
        }
    }
}
