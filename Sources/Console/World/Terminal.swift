package import Platform
package import Sodium

/// The standard streams, and the person, if there is one.
///
/// - Questions go to the controlling terminal and nowhere else; secret answers are not shown.
/// - The result of a command, and nothing else, goes to standard output, in one piece, once
///   everything it rests on is known to be sound.
/// - Notes, warnings, progress and errors go to standard error.
package struct Terminal: Sendable {
    /// Asks at the controlling terminal; the second argument is the most bytes of an answer.
    package var ask: @Sendable (String, Int) throws -> SharedSecret
    /// Asks at the controlling terminal what is no secret, and shows the answer as it is typed.
    package var askOpenly: @Sendable (String) throws -> String
    /// Standard input to its end, or nil when it is longer than that many bytes.
    package var readInput: @Sendable (Int) throws -> SharedSecret?
    /// As `ask`, or nil when the deadline comes first.
    package var askUntil: @Sendable (String, Int, Deadline) throws -> SharedSecret?
    /// As `readInput`, but no more than what came before the deadline.
    package var readInputUntil: @Sendable (Int, Deadline) throws -> SharedSecret?
    /// Whether the caller of the program opened the descriptor.
    package var inheritsDescriptor: @Sendable (Int32) -> Bool
    /// The descriptor's content to its end, or nil when it is longer than that many bytes; no program
    /// that is started later reads it again.
    package var readDescriptor: @Sendable (Int32, Int) throws -> SharedSecret?
    package var inputIsTerminal: @Sendable () -> Bool
    package var errorIsTerminal: @Sendable () -> Bool
    /// The width of standard output in columns; nil where it is no terminal.
    package var outputColumns: @Sendable () -> Int?
    package var writeOutput: @Sendable (Span<UInt8>) throws -> Void
    /// Returns once what was written is on the disk, if it goes to a file.
    package var synchronizeOutput: @Sendable () throws -> Void
    package var writeError: @Sendable (String) -> Void

    /// Writes a result.
    package func print(_ text: String) throws {
        try writeOutput(Array(text.utf8).span)
    }

    /// Writes a note for the person, on a line of its own; nothing in it can control the terminal.
    package func note(_ text: String) {
        writeError("tokenvault: \(DisplayText.clean(text))\n")
    }

    /// The real one, with the descriptors that the process was started with.
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
