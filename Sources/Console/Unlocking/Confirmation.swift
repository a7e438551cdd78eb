import Platform

/// A question that is asked before what cannot be undone.
package struct Confirmation {
    package let world: World
    package let noInput: Bool

    package init(
        world: World, noInput: Bool
    ) {
        self.world = world
        self.noInput = noInput
    }

    /// Whether there is a person to ask: scripts, whose input is no terminal, know what they do.
    package var canAsk: Bool { !noInput && world.terminal.inputIsTerminal() }

    /// What came of a question.
    package enum Answer {
        case yes
        case no
        /// There is no terminal, or the program runs in its background.
        case nobodyToAsk
    }

    /// Asks; any answer but yes is a no.
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

    /// Asks, and ends the command unless the answer is yes.
    ///
    /// In the background of a terminal there is nobody to ask, as in a script: the command goes on
    /// then, or fails where that is `withoutPerson`.
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
