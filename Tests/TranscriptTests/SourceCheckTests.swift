import Foundation
import Support
import Testing

// The repository's own tools for Scripts/check.
struct SourceCheckTests {
    private static let tools = ProgramUnderTest.repository + "/Scripts/check.d"
    private let home: TemporaryHome

    init() throws {
        home = try TemporaryHome()
    }

    private func words(_ text: String) async throws -> ProgramRun {
        try home.write(text, to: "text.md")
        return try await home.shell("echo text.md | '\(Self.tools)/words'")
    }

    @Test(arguments: [
        ("starts anew", "anew", "again"), ("what is amiss", "amiss", "wrong"),
        ("mended it", "mended", "fix"), ("a part thereof", "thereof", "of it"),
        ("whence it came", "whence", "from where"), ("it hangs on this", "hangs on", "depends on"),
        ("two line feeds", "line feeds", "newline"),
        ("the key file is none", "is none", "is not a"),
        ("that is no terminal.", "is no terminal", "is not a"),
        ("x\n/// what is no\n/// vault", "is no vault", "is not a"),
        ("it is no `mark`,", "is no `mark", "is not a"),
    ])
    func `a word is rejected, and a better one suggested`(
        _ text: String, _ phrase: String, _ suggestion: String
    ) async throws {
        let run = try await words(text)
        let line = text.hasPrefix("x\n") ? 2 : 1
        #expect(run.status == 1 && run.lines.count == 1)
        #expect(
            run.text.hasPrefix("text.md:\(line): \"\(phrase)\": write \"\(suggestion)"),
            "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        "There is no vault, and there still is no vault.", "if there\n// is no vault",
        "it is no longer valid", "it is no older than a day", "it is no\nmore than a day old",
        "the value is None in Python", "recommended, renewed, amended, a line, feed",
    ])
    func `correct English passes`(_ text: String) async throws {
        let run = try await words(text)
        #expect(run.status == 0 && run.text.isEmpty && run.errors.isEmpty, "\(run.text)")
    }

    @Test func `what is not text is skipped`() async throws {
        try home.write(Data([0x61, 0x6e, 0x65, 0x77, 0x20, 0xff]), to: "data")
        let run = try await home.shell(
            "printf 'data\\nmissing\\n\(Self.tools)/words\\n' | '\(Self.tools)/words'")
        #expect(run.status == 0 && run.text.isEmpty && run.errors.isEmpty, "\(run.text)")
    }

    @Test func `a layer that uses a higher one is rejected, and one that uses a lower one is not`()
        async throws
    {
        let run = try await home.shell(
            """
            mkdir -p Target/Low Target/High
            echo 'struct Base { let name = "Report" } // Report' >Target/Low/Base.swift
            echo 'struct Report { let base: Base }' >Target/High/Report.swift
            check() { printf 'Low:\\nHigh: Low\\n' | '\(Self.tools)/layers' Target; echo $?; }
            check
            echo 'func print(_ report: Report) {}' >Target/Low/Print.swift
            check
            """)
        let expected = [
            "0", "Target/Low/Print.swift uses Report from High, which is above it", "1",
        ]
        #expect(run.lines == expected, "\(run.text)\(run.errors)")
    }

    @Test func `a folder without a layer and a layer without a folder are rejected`() async throws {
        let run = try await home.shell(
            "mkdir -p Target/New; echo 'Old:' | '\(Self.tools)/layers' Target; echo $?")
        let expected = [
            "Target/New is not in the table", "Target/Old is in the table, but does not exist", "1",
        ]
        #expect(run.lines == expected, "\(run.text)\(run.errors)")
    }

    @Test(arguments: [
        ("Low High", ["0"]),
        ("Low", ["program must not depend on High", "1"]),
        ("Low High net/HTTP", ["program does not depend on net/HTTP", "1"]),
    ])
    func `a program that depends on other targets than these is rejected`(
        _ allowed: String, _ expected: [String]
    ) async throws {
        let package = """
            {"targets":[{"name":"program","dependencies":[{"byName":["High",null]}]},
            {"name":"High","dependencies":[{"target":["Low",null]}]},
            {"name":"Low","dependencies":[]},
            {"name":"other","dependencies":[{"product":["HTTP","net",null,null]}]}]}
            """
        let run = try await home.shell(
            "echo '\(package)' | '\(Self.tools)/closure' program \(allowed); echo $?")
        #expect(run.lines == expected, "\(run.text)\(run.errors)")
    }
}
