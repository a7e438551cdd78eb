import Platform

/// A question that is asked before what cannot be undone.
struct Confirmation {
    let world: World
    let noInput: Bool

    /// Whether there is a person to ask: scripts, whose input is no terminal, know what they do.
    var canAsk: Bool { !noInput && world.terminal.inputIsTerminal() }

    /// Asks, and ends the command unless the answer is yes.
    ///
    /// In the background of a terminal there is nobody to ask, as in a script: the command goes on
    /// then, or fails where that is `withoutPerson`.
    func ask(
        _ question: String, orElse refusal: String,
        withoutPerson: @autoclosure () throws -> Failure? = nil
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
        throw Failure(.interrupted, refusal)
    }
}
