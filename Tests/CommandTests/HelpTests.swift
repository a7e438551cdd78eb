import ArgumentParser
import Foundation
import Testing

@testable import Console
@testable import tokenvault_main

/// The help of each command.
@Suite struct HelpTests {
    /// A command with the arguments that select it.
    struct DocumentedCommand: CustomTestStringConvertible {
        let path: [String]
        let type: any ParsableCommand.Type

        var testDescription: String { path.joined(separator: " ") }

        static let all = descendants([], Tokenvault.self)

        private static func descendants(
            _ path: [String], _ type: any ParsableCommand.Type
        ) -> [DocumentedCommand] {
            type.configuration.subcommands.flatMap { command in
                let path = path + [command._commandName]
                return [DocumentedCommand(path: path, type: command)] + descendants(path, command)
            }
        }

        /// The lines after "Example:", with continued lines joined.
        var examples: [String] {
            let discussion = type.configuration.discussion.replacing("\\\n", with: "")
            let parts = discussion.split(
                separator: /Examples?:\n/, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return [] }
            return parts[1].split(separator: "\n").filter { $0.hasPrefix("  ") }.map(String.init)
        }
    }

    @Test func `the list of commands is not empty`() {
        #expect(DocumentedCommand.all.count > 25)
    }

    @Test(arguments: DocumentedCommand.all)
    func `each command has an example that uses it, and all examples parse`(
        command: DocumentedCommand
    ) throws {
        var ownExamples = 0
        for example in command.examples {
            // The arguments, up to a character that ends the command in a shell.
            for call in example.matches(of: /tokenvault ([^|>)]*)/) {
                let arguments = call.1.split(separator: " ").map(String.init)
                _ = try CommandLineParsing.command(for: arguments)
                if arguments.starts(with: command.path) { ownExamples += 1 }
            }
        }
        #expect(ownExamples > 0 || [["key"], ["remote"]].contains(command.path))
        #expect(!command.examples.isEmpty)
    }

    @Test(arguments: DocumentedCommand.all)
    func `each abstract is a sentence`(command: DocumentedCommand) {
        #expect(command.type.configuration.abstract.hasSuffix("."))
    }

    @Test(arguments: DocumentedCommand.all)
    func `the page for scripts says what each command prints with --json`(
        command: DocumentedCommand
    ) throws {
        guard command.type.helpMessage().contains("--json") else { return }
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Scripts/scripting.mdoc")
        let page = try String(contentsOf: path, encoding: .utf8)
        let section = try #require(page.firstMatch(of: #/(?s)\n\.Sh JSON\n(.*?)\n\.Sh /#))
        let lines = section.1.matches(of: #/(?m)^(?:\.It|) *\.?Cm (.*)$/#).map(\.1)
        let named = lines.flatMap { $0.split(separator: ",") }.map { names in
            names.split(separator: " ").prefix { !$0.hasPrefix("-") }.joined(separator: " ")
        }
        #expect(named.contains(command.path.joined(separator: " ")))
    }
}
