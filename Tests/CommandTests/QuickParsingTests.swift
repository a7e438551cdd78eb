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

    @Test func `the option table of api matches the parser's`() throws {
        try expectEqual(ApiRequest.options.options, of: "api")
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

    @Test func `api is parsed by its table as by the parser`() throws {
        for arguments in [
            ["me"], ["GET", "me"], ["-i", "me", "-q", "--include", "--json"],
            [
                "page:Fake Café/feed", "-f", "message=Hi", "--field=a=b", "-F", "x=@-", "--form",
                "y=",
            ],
            ["me", "--as=user:1", "--paginate", "--show-secrets", "--graph-version", "none"],
            ["me", "--graph-url=http://127.0.0.1", "--ca-file", "a b", "-f", "=", "-f=c"],
            ["me", "--vault", "v", "--key-file", "k", "--passphrase-fd=3", "--no-input"],
            ["me", "--passphrase-file", "", "--passphrase-command", "c d", "--accept-rollback"],
            ["a", "b", "c"],
        ] {
            let quick = try #require(ApiRequest(arguments), "\(arguments)")
            let api = try #require(try Tokenvault.parseAsRoot(["api"] + arguments) as? Api)
            #expect(described(quick) == described(api.request), "\(arguments)")
        }
    }

    private func described(_ request: ApiRequest) -> [String] {
        var texts = request.words + ["fields"] + request.fields + ["forms"] + request.forms
        for text in [
            request.identity, request.access.path, request.graph.version, request.graph.url,
            request.graph.certificates,
        ] {
            texts.append(text.debugDescription)
        }
        for flag in [
            request.isPaginated, request.includesHeaders, request.showsSecrets,
            request.access.noInput, request.access.acceptsRollback, request.output.json,
            request.output.quiet,
        ] {
            texts.append(flag.description)
        }
        return texts + request.access.given.map { "\($0.key)=\($0.value)" }.sorted()
    }

    @Test func `what the table of api does not fully understand is left to the parser`() {
        for arguments in [
            [], ["-i"], ["me", "--help"], ["me", "-h"], ["me", "--"], ["--", "me"], ["me", ""],
            ["me", "--as"], ["me", "--as="], ["me", "--as", "--json"], ["me", "-f", "-x"],
            ["me", "--as", "a", "--as", "b"], ["me", "-fa=b"], ["me", "-iq"], ["me", "--inc"],
            ["me", "--json=1"], ["me", "-"], ["me", "--fresh"], ["me", "--version"],
        ] {
            #expect(ApiRequest(arguments) == nil, "\(arguments)")
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
