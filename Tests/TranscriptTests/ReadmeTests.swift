import Foundation
import Support
import Testing

/// The program does what the README shows.
struct ReadmeTests {
    private static let path = URL(filePath: ProgramUnderTest.repository).appending(
        path: "README.md")

    private func readme() throws -> String { try String(contentsOf: Self.path, encoding: .utf8) }

    @Test func `every transcript of the README runs as shown`() async throws {
        let graph = try await TemporaryGraph()
        let home = try TemporaryHome(using: graph)
        let session = try ShellSession(in: home)
        let blocks = ExampleDocument(try readme()).transcripts
        #expect(blocks.count > 3)
        var number = 0
        for block in blocks {
            let lines = block.lines.map {
                $0.replacing("https://graph.facebook.com", with: graph.url)
            }
            for step in try Transcript(lines, first: block.line).steps {
                let result = try await session.run(step.command, number: number)
                number += 1
                let difference = result.difference(from: step)
                #expect(difference == nil, "README.md, \(difference ?? "")")
            }
        }
        #expect(number > blocks.count)
    }

    @Test func `every example in the README is run, or says why not`() throws {
        let blocks = ExampleDocument(try readme()).unexplained
        #expect(blocks.isEmpty, "line \(blocks.first?.line ?? 0)")
    }

    @Test func `the first result appears before line 20`() throws {
        let block = try #require(ExampleDocument(try readme()).transcripts.first)
        let step = try #require(try Transcript(block.lines, first: block.line).steps.first)
        #expect(step.line < 20 && !step.expected.isEmpty)
    }
}
