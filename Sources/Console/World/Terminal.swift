package import Platform
package import Sodium

/// The standard streams and the user's terminal.
///
/// - Prompts appear only on the controlling terminal; secret answers are not shown.
/// - Standard output receives only the result of a command, after everything it depends on has been
///   verified.
/// - Notes, warnings, progress and errors go to standard error.
package struct Terminal: Sendable {
    /// Prompts for a secret on the controlling terminal; the second argument is the maximum number
    /// of bytes in the answer.
    package var ask: @Sendable (String, Int) throws -> SharedSecret
    /// Asks for an answer that is not secret on the controlling terminal, and shows it as it is
    /// typed.
    package var askOpenly: @Sendable (String) throws -> String
    /// Reads standard input to its end, or returns `nil` if it exceeds that many bytes.
    package var readInput: @Sendable (Int) throws -> SharedSecret?
    /// Passes standard input to the closure in parts up to its end, and returns whether it had at
    /// most that many bytes.
    package var readInputInParts: @Sendable (Int, (Span<UInt8>) -> Void) throws -> Bool
    /// Prompts as `ask` does, or returns `nil` if the deadline passes first.
    package var askUntil: @Sendable (String, Int, Deadline) throws -> SharedSecret?
    /// Reads as `readInput` does, but only what arrives before the deadline.
    package var readInputUntil: @Sendable (Int, Deadline) throws -> SharedSecret?
    /// Returns whether this process inherited the descriptor.
    package var inheritsDescriptor: @Sendable (Int32) -> Bool
    /// Reads a descriptor to its end, or returns `nil` if it exceeds that many bytes.
    ///
    /// Programs started later cannot read the descriptor again.
    package var readDescriptor: @Sendable (Int32, Int) throws -> SharedSecret?
    package var inputIsTerminal: @Sendable () -> Bool
    package var errorIsTerminal: @Sendable () -> Bool
    /// Returns the width of standard output in columns, or `nil` if it is not a terminal.
    package var outputColumns: @Sendable () -> Int?
    package var writeOutput: @Sendable (Span<UInt8>) throws -> Void
    /// If standard output is a file, waits until its content is on disk.
    package var synchronizeOutput: @Sendable () throws -> Void
    package var writeError: @Sendable (String) -> Void

    /// Writes a result.
    package func print(_ text: String) throws {
        try writeOutput(Array(text.utf8).span)
    }

    /// Writes a note on its own line, without control characters for the terminal.
    package func note(_ text: String) {
        writeError("tokenvault: \(DisplayText.clean(text))\n")
    }

    /// Returns the terminal of this process, which was started with `descriptors`.
    package static func live(_ descriptors: InheritedDescriptors) -> Terminal {
        Terminal(
            ask: { question, limit in
                let prompt = try TerminalPrompt()
                return SharedSecret(try prompt.ask(DisplayText.clean(question), limit: limit))
            },
            askOpenly: { question in
                let answer = try TerminalPrompt().ask(
                    DisplayText.clean(question), limit: 64, showing: true)
                return answer.withBytes { bytes in
                    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
                }
            },
            readInput: { try shared(try StandardStream.input.readSecret(limit: $0)) },
            readInputInParts: { try StandardStream.input.read(limit: $0, $1) },
            askUntil: { question, limit, deadline in
                do throws(TerminalPrompt.Failure) {
                    let prompt = try TerminalPrompt()
                    return SharedSecret(
                        try prompt.ask(DisplayText.clean(question), limit: limit, until: deadline))
                } catch .timedOut {
                    return nil
                }
            },
            readInputUntil: { limit, deadline in
                try shared(try StandardStream.input.readSecret(limit: limit, until: deadline))
            },
            inheritsDescriptor: { descriptors.contains($0) },
            readDescriptor: { number, limit in
                try shared(try StandardStream(descriptor: number).takeSecret(limit: limit))
            },
            inputIsTerminal: { StandardStream.input.isTerminal },
            errorIsTerminal: { StandardStream.error.isTerminal },
            outputColumns: {
                StandardStream.output.isTerminal ? StandardStream.output.columns ?? 80 : nil
            },
            writeOutput: { try StandardStream.output.write($0) },
            synchronizeOutput: { try StandardStream.output.synchronize() },
            writeError: { text in try? StandardStream.error.write(Array(text.utf8).span) })
    }

    private static func shared(_ secret: consuming Secret?) throws -> SharedSecret? {
        guard let secret else { return nil }
        return SharedSecret(secret)
    }
}
