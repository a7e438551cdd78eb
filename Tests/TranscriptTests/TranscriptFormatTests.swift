import Foundation
import Testing

// The runner of transcripts notices every difference.
struct TranscriptFormatTests {
    @Test func `a transcript is parsed into steps`() throws {
        let transcript = try Transcript(
            ["$ one \\", "  two", "result", "2> note", "[12]", "$ cat <<'E'", "> a", ">", "> E"],
            first: 7)
        #expect(
            transcript.steps == [
                Transcript.Step(
                    command: "one \\\n  two", expected: ["result"], expectedErrors: ["note"],
                    status: 12, line: 7),
                Transcript.Step(command: "cat <<'E'\na\n\nE", line: 12),
            ])
        #expect(throws: Transcript.SyntaxError(line: 3)) { try Transcript(["a"], first: 3) }
    }

    @Test func `dots match any lines, and an ellipsis matches any text`() {
        func match(_ expected: [String], _ actual: [String]) -> Bool {
            ExpectedLines(lines: expected).match(actual)
        }
        #expect(match(["a", "b  "], ["a ", "b"]) && match([], []))
        #expect(!match(["a"], []) && !match([], ["a"]) && !match(["a"], ["b"]))
        #expect(!match(["a", "b"], ["b", "a"]) && !match([" a"], ["a"]))
        #expect(match(["..."], []) && match(["a", "...", "d"], ["a", "b", "c", "d"]))
        #expect(!match(["a", "...", "d"], ["a", "b"]))
        #expect(match(["a…d"], ["abcd"]) && match(["a…d"], ["ad"]) && match(["…b…d…"], ["abcde"]))
        #expect(!match(["a…d"], ["abc"]) && !match(["aa…aa"], ["aaa"]))
        #expect(!match(["…b…b"], ["ab"]) && !match(["…d…b…"], ["abcd"]))
    }

    @Test func `the blocks of a document are found, with the reason not to run one`() {
        let document = ExampleDocument(
            """
            ```console
            $ a
            ```
            <!-- not run: it takes a day -->

            ```sh
            b
            ```
            ```bash
            c
            ```
            ```console
            $ d
            ```
            """)
        #expect(document.transcripts.map(\.lines) == [["$ a"], ["$ d"]])
        #expect(document.transcripts.map(\.line) == [2, 13])
        #expect(document.blocks[1].reasonNotToRun == "it takes a day")
        #expect(document.unexplained.map(\.lines) == [["c"]])
    }

    @Test func `a session keeps its state, answers prompts and reports every difference`()
        async throws
    {
        let session = try ShellSession(in: TemporaryHome())
        let first = try Transcript([
            "$ mkdir here && cd here && export word=kept",
            "$ tokenvault init --kdf interactive", "New passphrase for …/vault: ",
            "Repeat the passphrase: ", "2> tokenvault: created …",
            "$ echo $word; pwd", "kept", "…/here",
            "$ tokenvault get page:1", "Passphrase for …: ",
            "2> tokenvault: error: no entry page:1",
            "2> ...", "[66]",
        ])
        for (number, step) in first.steps.enumerated() {
            let result = try await session.run(step.command, number: number)
            #expect(result.difference(from: step) == nil)
            var wrong = [step, step, step, step]
            wrong[0].expected.append("more")
            wrong[1].expectedErrors.append("more")
            wrong[2].status += 1
            wrong[3].expected.append("Passphrase for another: ")
            for step in wrong { #expect(result.difference(from: step) != nil) }
        }
    }
}
