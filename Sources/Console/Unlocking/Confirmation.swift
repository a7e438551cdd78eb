import Platform

/// A question to confirm an action that cannot be undone.
package struct Confirmation {
    package let world: World
    package let noInput: Bool

    package init(world: World, noInput: Bool) {
        self.world = world
        self.noInput = noInput
    }

    /// Whether questions are asked.
    ///
    /// Scripts are not asked: if standard input is not a terminal, the command just runs.
    package var canAsk: Bool { !noInput && world.terminal.inputIsTerminal() }

    /// The answer to a question.
    package enum Answer {
        case yes
        case no
        /// There is no terminal, or the program runs in the background.
        case nobodyToAsk
    }

    /// Asks `question` and returns the answer; anything but yes counts as no.
    package func answer(to question: String) throws -> Answer {
        do {
            let answer = try world.terminal.askOpenly("\(question) [y/N] ").lowercased()
            return ["y", "yes"].contains(answer) ? .yes : .no
        } catch TerminalPrompt.Failure.noTerminal {
            return .nobodyToAsk
        } catch TerminalPrompt.Failure.tooLong, TerminalPrompt.Failure.ended,
            TerminalPrompt.Failure.severalLines
        {
            return .no
        }
    }

    /// Asks `question`, and throws `refusal` unless the answer is yes.
    ///
    /// A program in the background cannot ask, just like a script. In that case, this function
    /// throws the error that `withoutPerson` returns, or returns normally if it returns `nil`.
    package func ask(
        _ question: String, orElse refusal: DeclinedMessage,
        withoutPerson: @autoclosure () throws -> (any Error)? = nil
    ) throws {
        switch try answer(to: question) {
        case .yes: return
        case .no: throw refusal
        case .nobodyToAsk: if let withoutPerson = try withoutPerson() { throw withoutPerson }
        }
    }
}
