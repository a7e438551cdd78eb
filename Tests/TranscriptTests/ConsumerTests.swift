import Foundation
import Support
import Testing

// What programs read that get tokens from `export` and `inject`.
@Suite(.timeLimit(.minutes(5)))
struct ConsumerTests {
    /// Values with everything that shells, templates and `.env` files interpret.
    private static let values = [
        "FAKE", "FAKE'quote", #"FAKE"double"#, #"FAKE\n\t\x41\"#, #"\\FAKE\\"#, #"\'FAKE"#,
        "$FAKE$HOME`id`$(id)${HOME", "${HOME}", "#FAKE#", "FAKE#'", "'FAKE'", #""FAKE""#, "`FAKE`",
        "{{FAKE}}", "{{{{page:1}}", "<?FAKE?>", "%s%n&<>;|*?[a]~!", "=FAKE=", "-n", #"'"`#\"#,
        #"'"FAKE"#, "a'b#c", #"a\b#c'"#,
    ]

    private let home: TemporaryHome

    private struct Record: Encodable {
        let reference: String
        let secret: String
        let metadata: [String: String] = [:]
    }

    /// Another program writes the vault, because `add` refuses what cannot be a token.
    init() async throws {
        home = try await TemporaryHome.withVault()
        let lines = try Self.values.enumerated().map { index, value in
            try JSONEncoder().encode(Record(reference: "client:\(index + 1)", secret: value))
        }
        try home.write(Data(lines.joined(separator: Data("\n".utf8))), to: "records")
        let passphrase = try home.write(TemporaryHome.passphrase, to: "passphrase")
        let program = "\(ProgramUnderTest.repository)/Tests/Reference/vault_format.py"
        let saved = try await home.shell(
            "echo >>records; python3 '\(program)' save '\(home.vault)' "
                + "--passphrase-file '\(passphrase)' --records records")
        try #require(saved.status == 0, "\(saved.errors)")
    }

    private static let assignments = values.indices.map { "V\($0)=client:\($0 + 1)" }

    @Test(arguments: ["sh", "bash"])
    func `a shell reads exactly the value`(shell: String) async throws {
        let printing = Self.values.indices.map { "printf '%s\\n' \"$V\($0)\"\n" }.joined()
        try home.write(". ./values\n\(printing)", to: "script")
        let run = try await home.shell(
            """
            tokenvault export \(Self.assignments.joined(separator: " ")) >values
            \(shell) script
            """)
        #expect(run.status == 0 && run.errors.isEmpty && run.lines == Self.values, "\(run.errors)")
    }

    @Test func `Python reads exactly the value from JSON`() async throws {
        let run = try await home.shell(
            """
            tokenvault export --format json \(Self.assignments.joined(separator: " ")) |
                python3 -c 'import json, sys; print(*json.load(sys.stdin).values(), sep="\\n")'
            """)
        #expect(run.status == 0 && run.errors.isEmpty && run.lines == Self.values, "\(run.errors)")
    }

    /// Writes each value that is not refused to a `.env` file, and returns these values.
    private func writeDotenv() async throws -> [String] {
        var written: [String] = []
        var text = ""
        for (assignment, value) in zip(Self.assignments, Self.values) {
            let run = try await home.run("export", "--format", "dotenv", assignment)
            #expect(run.status == 0 || run.status == 64 && run.hasFailedProperly)
            guard run.status == 0 else { continue }
            text += run.text
            written.append(value)
        }
        try home.write(text, to: "values.env")
        // Those that cannot be written in a way that all read in the same way.
        #expect(
            Set(Self.values).subtracting(written)
                == ["${HOME}", #"'"`#\"#, #"'"FAKE"#, #"a\b#c'"#])
        return written
    }

    private static let python = ProgramUnderTest.repository + "/.build-clients/bin/python"

    @Test(
        .enabled(
            if: FileManager.default.fileExists(
                atPath: ProgramUnderTest.repository + "/.build-clients/bin/dotenv"),
            "Scripts/bootstrap --test installs python-dotenv"))
    func `python-dotenv reads exactly the value from a .env file`() async throws {
        let written = try await writeDotenv()
        let run = try await home.shell(
            """
            '\(Self.python)' -c '
            import dotenv
            print(*dotenv.dotenv_values("values.env").values(), sep="\\n")'
            """)
        #expect(run.errors.isEmpty && run.lines == written, "\(run.errors)")
    }

    /// The parser of dotenv for Node, version 16.
    private static let dotenv = #"""
        import { readFileSync } from "node:fs";
        const LINE = /(?:^|^)\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?(?:$|$)/mg;
        const lines = readFileSync("values.env", "utf8").replace(/\r\n?/mg, "\n");
        for (let match; (match = LINE.exec(lines)) != null;) {
            let value = (match[2] || "").trim();
            const quote = value[0];
            value = value.replace(/^(['"`])([\s\S]*)\1$/mg, "$2");
            if (quote === '"') value = value.replace(/\\n/g, "\n").replace(/\\r/g, "\r");
            console.log(value);
        }
        """#

    @Test(.enabled("no Node here") { try await Self.hasNode("true") })
    func `dotenv for Node reads exactly the value from a .env file`() async throws {
        let written = try await writeDotenv()
        try home.write(Self.dotenv, to: "dotenv.mjs")
        let run = try await home.shell("node dotenv.mjs")
        #expect(run.errors.isEmpty && run.lines == written, "\(run.errors)")
    }

    @Test(
        .enabled("no Node that reads .env files") {
            try await Self.hasNode(": >empty.env && node --env-file=empty.env -e 0")
        })
    func `Node itself reads exactly the value from a .env file`() async throws {
        let written = try await writeDotenv()
        let run = try await home.shell(
            """
            node --env-file=values.env -e '
            for (let i = 0; i < \(Self.values.count); i++)
                if (`V${i}` in process.env) console.log(process.env[`V${i}`])'
            """)
        #expect(run.errors.isEmpty && run.lines == written, "\(run.errors)")
    }

    private static func hasNode(_ command: String) async throws -> Bool {
        let home = try TemporaryHome()
        return try await home.shell("command -v node && \(command)").status == 0
    }

    @Test func `inject inserts exactly the value`() async throws {
        let template = Self.values.indices.map { "{{ client:\($0 + 1) }}\n" }.joined()
        let run = try await home.run("inject", input: template)
        #expect(run.status == 0 && run.errors.isEmpty && run.lines == Self.values)
    }
}
