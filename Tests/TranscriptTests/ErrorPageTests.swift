import Foundation
import Support
import Testing

/// The manual lists what the program can end with, no more and no less, and what it tells a person to
/// type works.
@Suite(.timeLimit(.minutes(10)))
struct ErrorPageTests {
    /// Read once for all.
    private static let read = Result { try SourceMessages() }

    private let source: SourceMessages
    private let page: ErrorPage

    init() throws {
        source = try Self.read.get()
        page = try ErrorPage.ofProgram()
        // What is compared is not nothing.
        try #require(source.messages.count > 120 && page.items.count > 150)
    }

    @Test func `each message in the source is in the page`() {
        let listed = Set(page.items.map(\.words))
        for message in source.messages {
            let isListed = listed.contains(message.words)
            #expect(isListed, "not listed: \(message.words)")
        }
        for clause in source.clauses {
            let isMentioned = page.text.contains(clause)
            #expect(isMentioned, "not mentioned: \(clause)")
        }
    }

    @Test func `it is known where the words of each come from`() {
        #expect(source.unclear.isEmpty, "\(source.unclear)")
    }

    @Test func `each is listed under its exit status`() throws {
        let numbers = try exitStatuses()
        for message in source.messages {
            guard let status = message.status else { continue }
            let number = try #require(numbers[status], "no status \(status)")
            #expect(
                page.items.contains { $0.words == message.words && $0.status == number },
                "not under \(number): \(message.words)")
        }
    }

    @Test func `what the page lists is in the source, or the parser's`() async throws {
        let home = try TemporaryHome()
        var known = Set(source.messages.map(\.words)).union(source.clauses)
        for line in Self.misuses {
            let words = line.split(separator: " ").map(String.init)
            let run = try await home.run(words)
            #expect(run.status == 64, "\(line)")
            let item = page.items.first { item in
                run.errorLines.first.map { matches($0, item.words) } == true
            }
            #expect(item != nil, "not listed: \(run.errors)")
            if let item { known.insert(item.words) }
        }
        let left = page.items.map(\.words).filter { !known.contains($0) }
        #expect(left.isEmpty, "in the page alone: \(left)")
    }

    /// One line for each complaint of the parser's own.
    private static let misuses = [
        "list --nothing", "list ---", "list --vault", "list FAKE", "list FAKE FAKE",
        "check --online=FAKE", "init --kdf FAKE", "add",
    ]

    /// Whether a line of standard error is a message of these words; a number may come first.
    private func matches(_ line: String, _ words: String) -> Bool {
        let start = "tokenvault: error: "
        var parts = words.split(separator: "…")[...]
        let rest = line.dropFirst(start.count).drop { $0.isNumber || $0 == " " }
        guard line.hasPrefix(start), let first = parts.popFirst(), rest.hasPrefix(first) else {
            return false
        }
        var end = rest.index(rest.startIndex, offsetBy: first.count)
        for part in parts {
            guard let place = rest[end...].firstRange(of: part) else { return false }
            end = place.upperBound
        }
        return true
    }

    private func exitStatuses() throws -> [String: Int] {
        let path = ProgramUnderTest.repository + "/Sources/Console/Messages/ExitStatus.swift"
        let cases = try String(contentsOfFile: path, encoding: .utf8)
            .matches(of: /case ([a-zA-Z]+) = (\d+)/)
        return Dictionary(uniqueKeysWithValues: cases.map { (String($0.1), Int($0.2) ?? -1) })
    }
}
