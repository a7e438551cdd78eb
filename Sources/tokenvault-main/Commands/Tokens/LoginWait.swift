import Console
import Entries
import Graph
import Platform
import Sodium
import Synchronization
import Vault

/// The wait for what the user decides in the browser.
///
/// The answer comes from the listener, the prompt or standard input, whichever is first.
struct LoginWait {
    let dialog: LoginDialog
    let world: World
    let network: Network
    /// Whether to open the browser; otherwise the user opens the address.
    let opensBrowser: Bool
    let noInput: Bool
    let seconds: Int64
    /// The command that starts another login like this one.
    let again: CommandText

    private static let question =
        "Waiting for the browser; if it cannot return here, paste the address it ended on: "

    /// Shows the dialog and waits for its answer.
    func answer() async throws -> LoginAnswer {
        let deadline = try Deadline(in: Double(seconds))
        let arrival = Arrival(deadline)
        let listening = try await listen(arrival)
        let pasted: Result<LoginAnswer?, any Error>
        do {
            showDialog(startingAt: listening.startAddress)
            pasted = .success(try pastedAnswer(before: deadline, arrival))
        } catch {
            pasted = .failure(error)
        }
        await listening.stop()
        // The browser's answer counts, no matter how the prompt ended.
        switch arrival.event {
        case .watched: throw LoginMessage.watched(again: "\(again) --no-browser")
        case .answer(let answer): return answer
        case nil: break
        }
        guard let answer = try pasted.get() else {
            throw LoginMessage.tooLate(seconds: seconds, dialog.redirect, again: again)
        }
        return answer
    }

    private func listen(_ arrival: Arrival) async throws -> Listening {
        let address = dialog.redirect.listenAddress
        guard address != nil || opensBrowser else { return .nowhere }
        do {
            return try await network.listen(dialog, opensBrowser) { arrival.take($0) }
        } catch let failure as RedirectListener.Failure {
            // Only the start page is missing: the user can open the dialog instead.
            guard let port = address?.port else { return .nowhere }
            switch failure {
            case .taken: throw LoginMessage.portInUse(port)
            case .refused: throw LoginMessage.portUnusable(port)
            }
        }
    }

    /// Shows the address of the dialog, and opens the browser if wanted.
    ///
    /// The address that the browser is started with does not contain the login's state, because
    /// other users can read a program's arguments.
    private func showDialog(startingAt start: String?) {
        // Printed even with `--quiet`: without it, the login cannot continue.
        world.terminal.writeError("tokenvault: log in at this address:\n\(dialog.address)\n")
        guard opensBrowser else { return }
        guard let start, network.openBrowser(start, world) else {
            return world.terminal.note("could not start a browser; open the address yourself")
        }
    }

    /// Returns what the user pasted, or `nil` if the wait ended in another way.
    private func pastedAnswer(before deadline: Deadline, _ arrival: Arrival) throws -> LoginAnswer?
    {
        guard world.terminal.inputIsTerminal() else { return try input(before: deadline, arrival) }
        if noInput { return try waitForBrowser(until: deadline, .forbidden) }
        do {
            return try promptedAnswer(before: deadline)
        } catch TerminalPrompt.Failure.noTerminal {
            return try waitForBrowser(until: deadline, .nobodyThere)
        } catch TerminalPrompt.Failure.tooLong {
            throw LoginMessage.noAnswer(again: again)
        }
    }

    private func promptedAnswer(before deadline: Deadline) throws -> LoginAnswer? {
        for attempt in 1...3 {
            var answer: LoginAnswer?
            do {
                guard
                    let text = try world.terminal.askUntil(
                        Self.question, Record.secretLimit, deadline)
                else { return nil }
                answer = dialog.answer(in: text)
            } catch TerminalPrompt.Failure.severalLines {
                // Copied from text with line breaks: half an address is of no use.
            }
            if let answer, !answer.isForeign { return answer }
            if attempt == 3 {
                throw answer == nil
                    ? LoginMessage.noAnswer(again: again) : .foreignAnswer(again: again)
            }
            world.terminal.note(
                answer == nil
                    ? "that is not an address with a response from the login dialog; try again"
                    : "that address is incomplete or belongs to another login; try again")
        }
        throw LoginMessage.noAnswer(again: again)
    }

    private func input(before deadline: Deadline, _ arrival: Arrival) throws -> LoginAnswer? {
        guard let text = try world.terminal.readInputUntil(Record.secretLimit, deadline) else {
            throw LoginMessage.noAnswer(again: again)
        }
        if arrival.event != nil { return nil }
        guard text.count > 0 else { return try waitForBrowser(until: deadline, .nobodyThere) }
        guard let answer = dialog.answer(in: text) else {
            throw LoginMessage.noAnswer(again: again)
        }
        if answer.isForeign { throw LoginMessage.foreignAnswer(again: again) }
        return answer
    }

    private func waitForBrowser(
        until deadline: Deadline, _ reason: LoginMessage.NobodyToPaste
    ) throws -> LoginAnswer? {
        guard dialog.redirect.listenAddress != nil else {
            throw LoginMessage.nowhereToAnswer(reason, dialog.redirect)
        }
        deadline.wait()
        return nil
    }
}

/// What the browser brings: the first answer ends the wait.
///
/// Someone else's request for the start page ends it too, and then no answer counts.
private final class Arrival: Sendable {
    private let first = Mutex<RedirectListener.Event?>(nil)
    private let deadline: Deadline

    init(_ deadline: Deadline) {
        self.deadline = deadline
    }

    var event: RedirectListener.Event? { first.withLock { $0 } }

    func take(_ event: RedirectListener.Event) {
        first.withLock { first in
            if case .watched = event { first = event } else { first = first ?? event }
        }
        deadline.fire()
    }
}
