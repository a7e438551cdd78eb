import Foundation
import GraphSimulator
import Testing

// How names that Meta's users chose appear on a terminal.
struct ScreenTests {
    private static let names = [
        #"Fake \u001b[31mRed\u001b[0m"#, #"Fake \u0007\u0008Bell"#, #"Fake\r\nTwo\tLines"#,
        #"Fake \u009b2J Clear"#, #"Fake \u202eturned round"#, #"Fake \u2028 line"#, #"Fake \u007f"#,
        #"Fake \u001b]0;title\u0007"#, "Fake 日本語の非常に長い名前のページですから切られるはずです",
        "Fake Very Long Name That Cannot Possibly Fit Into Sixty Columns Beside The Rest",
        "Fake 🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐🥐", "Fake Café",
    ]
    private let home: TemporaryHome

    /// Gives the sample user pages with these names.
    init() async throws {
        let graph = try await TemporaryGraph()
        home = try await TemporaryHome.withUserToken(using: graph)
        let pages = Self.names.enumerated().map { number, name in
            #"{"id":"\#(8_000_001 + number)","name":"\#(name)","category":"\#(name)"}"#
        }
        try graph.simulation.merge(
            state: #"""
                {"users": [{"id": "10200000000000009", "pages": [\#(pages.joined(separator: ",")),
                  {"id":"9000001","name":"\#(Self.names[0])","gives_token":false}]}]}
                """#)
    }

    private func onScreen(_ arguments: [String], columns: UInt16 = 60) async throws -> String {
        let terminal = try PseudoTerminal(columns: columns)
        let streams = RunningProgram.Streams(
            terminal: terminal, outputIsTerminal: true, errorIsTerminal: true)
        let run = try await home.start(arguments, streams).finish()
        #expect(run.status < 64)
        // The progress line is erased by its own escape sequence.
        return terminal.text.replacing(/[^\n]*\u{1B}\[K/, with: "")
    }

    @Test(arguments: [
        ["pages"], ["list"], ["check"], ["check", "--format", "prometheus"],
        ["show", "page:8000001"], ["show", "page:8000004"], ["pages", "--offline"],
    ])
    func `no control character in a name reaches the terminal`(_ command: [String]) async throws {
        #expect(try await home.run("pages").status == 0)
        let text = try await onScreen(command)
        #expect(text.contains("Fake") && Self.controls(in: text).isEmpty)
    }

    @Test(arguments: [
        ["pages", "--json"], ["pages", "8000004", "--json"], ["list", "--json"],
        ["check", "--json"], ["show", "page:8000004", "--json"],
    ])
    func `control characters in JSON are escaped`(_ command: [String]) async throws {
        #expect(try await home.run("pages").status == 0)
        let text = try await onScreen(command)
        #expect(text.contains("Fake"))
        #expect(Self.controls(in: text).isEmpty)
    }

    /// Returns the code points that a terminal would act on, except newlines.
    private static func controls(in text: String) -> [String] {
        text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }.map { String($0.value, radix: 16) }
    }

    @Test(arguments: [["pages"], ["list"], ["check"], ["pages", "--offline"]], [60, 80, 132])
    func `no line of a table is wider than the terminal, and cut text ends in an ellipsis`(
        _ command: [String], _ columns: UInt16
    ) async throws {
        #expect(try await home.run("pages").status == 0)
        let lines = try await onScreen(command, columns: columns).split(separator: "\n")
            .filter { !$0.hasPrefix("tokenvault: ") }
        #expect(lines.count > Self.names.count)
        for line in lines { #expect(Self.width(of: line) <= Int(columns), "\(line)") }
        #expect(columns > 80 || lines.contains { $0.contains("…") })
    }

    @Test func `without a terminal nothing is cut, but names are just as harmless`() async throws {
        let run = try await home.run("pages")
        #expect(
            run.text.contains("Fake Very Long Name That Cannot Possibly Fit Into Sixty Columns"))
        #expect(!run.text.contains("\u{1B}") && !run.text.contains("\r"))
        #expect(!run.errors.contains("\u{1B}") && run.errors.contains("page:9000001"))
        #expect(run.lines.count == Self.names.count + 1)
        #expect(try await home.run("list", "--kind", "page").text == run.text)
    }

    /// Returns the columns that a terminal needs, counted independently of the program.
    private static func width(of line: some StringProtocol) -> Int {
        line.unicodeScalars.reduce(0) { sum, scalar in
            let isWide =
                scalar.properties.isEmojiPresentation || (0x2E80...0xFF60).contains(scalar.value)
            return sum
                + (isWide ? 2 : scalar.properties.canonicalCombiningClass == .notReordered ? 1 : 0)
        }
    }
}
