import Testing

/// The colors of errors at a real terminal.
struct ColorTests {
    private func errors(_ environment: [String: String?]) async throws -> String {
        let home = try TemporaryHome()
        let terminal = try PseudoTerminal()
        let program = try home.startShell(
            "tokenvault list 2>/dev/tty",
            environment: ["NO_COLOR": nil].merging(environment) { $1 },
            RunningProgram.Streams(terminal: terminal))
        #expect(try await program.finish().status == 66)
        return terminal.text
    }

    @Test func `the word error is red at a terminal`() async throws {
        #expect(try await errors([:]).hasPrefix("tokenvault: \u{1B}[31merror:\u{1B}[0m no vault"))
    }

    @Test(arguments: [("NO_COLOR", "1"), ("TERM", "dumb")])
    func `with NO_COLOR or on a dumb terminal it has no color`(variable: String, value: String)
        async throws
    {
        #expect(try await errors([variable: value]).hasPrefix("tokenvault: error: no vault"))
    }
}
