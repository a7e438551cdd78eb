package import Platform

extension TerminalPrompt.Failure: Message {
    package enum ID: String, MessageID {
        case noTerminal = "no-terminal"
        case interrupted = "interrupted"
        case ended = "no-answer"
        case tooLong = "answer-too-long"
        case severalLines = "several-lines-pasted"
        case timedOut = "answer-too-late"
    }

    package var failure: Console.Failure {
        switch self {
        case .noTerminal:
            Console.Failure(ID.noTerminal, .locked, "there is no terminal to prompt on")
        case .interrupted:
            Console.Failure(ID.interrupted, .interrupted, "interrupted")
        case .ended:
            Console.Failure(ID.ended, .interrupted, "no answer was given")
        case .tooLong(let limit):
            Console.Failure(ID.tooLong, .usage, "the answer is longer than \(limit) bytes")
        case .severalLines:
            Console.Failure(ID.severalLines, .usage, "more than one line was pasted")
        case .timedOut:
            Console.Failure(ID.timedOut, .interrupted, "timed out waiting for an answer")
        }
    }

    package static var samples: [Self] {
        [
            .noTerminal, .interrupted(.interruptKey), .ended, .tooLong(limit: 65_536),
            .severalLines, .timedOut,
        ]
    }
}
