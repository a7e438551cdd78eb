import ArgumentParser
import Testing

@testable import Console
@testable import tokenvault_main

/// What the help of each command says.
@Suite struct HelpTests {
    /// A command and the words that lead to it.
    struct Described: CustomTestStringConvertible {
        let path: [String]
        let type: any ParsableCommand.Type

        var testDescription: String { path.joined(separator: " ") }

        static let all = below([], Tokenvault.self)

        private static func below(
            _ path: [String], _ type: any ParsableCommand.Type
        ) -> [Described] {
            type.configuration.subcommands.flatMap { command in
                let path = path + [command._commandName]
                return [Described(path: path, type: command)] + below(path, command)
            }
        }

        /// The lines below "Example:", with continued ones as one.
        var examples: [String] {
            let discussion = type.configuration.discussion.replacing("\\\n", with: "")
            let parts = discussion.split(
                separator: /Examples?:\n/, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return [] }
            return parts[1].split(separator: "\n").filter { $0.hasPrefix("  ") }.map(String.init)
        }
    }

    @Test func `there are commands`() {
        #expect(Described.all.count > 25)
    }

    @Test(arguments: Described.all)
    func `each command has an example of itself, which parses`(command: Described) throws {
        var own = 0
        for example in command.examples {
            // What stands between `tokenvault` and what ends a command in a shell.
            for call in example.matches(of: /tokenvault ([^|>)]*)/) {
                let arguments = call.1.split(separator: " ").map(String.init)
                _ = try CommandLineParsing.command(for: arguments)
                if arguments.starts(with: command.path) { own += 1 }
            }
        }
        #expect(own > 0 || command.path == ["key"])
        #expect(!command.examples.isEmpty)
    }

    @Test(arguments: Described.all)
    func `each abstract is one sentence`(command: Described) {
        #expect(command.type.configuration.abstract.hasSuffix("."))
    }
}
