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

    /// Asks, and ends the command unless the answer is yes.
    ///
    /// In the background of a terminal there is nobody to ask, as in a script: the command goes on
    /// then, or fails where that is `withoutPerson`.
    package func ask(
        _ question: String, orElse refusal: DeclinedMessage,
        withoutPerson: @autoclosure () throws -> (any Error)? = nil
    ) throws {
        do {
            let answer = try world.terminal.askOpenly("\(question) [y/N] ").lowercased()
            if ["y", "yes"].contains(answer) { return }
        } catch TerminalPrompt.Failure.noTerminal {
            if let withoutPerson = try withoutPerson() { throw withoutPerson }
            return
        } catch TerminalPrompt.Failure.tooLong, TerminalPrompt.Failure.ended,
            TerminalPrompt.Failure.severalLines
        {
            // No yes either.
        }
        throw refusal
    }
}
