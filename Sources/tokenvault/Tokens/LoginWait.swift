import Graph
import Platform
import Sodium
import Synchronization
import Vault

/// The wait for what a person decides in the browser, which comes back by the listener, the prompt or
/// standard input, whichever is first.
struct LoginWait {
    let dialog: LoginDialog
    let world: World
    /// Whether the browser is opened, or the person opens the address.
    let opensBrowser: Bool
    let noInput: Bool
    let seconds: Int64

    private static let question =
        "Waiting for the browser; if it cannot come back here, paste the address where it ended: "

    /// Shows the dialog and waits for its answer.
    func answer() async throws -> LoginAnswer {
        let deadline = try Deadline(in: Double(seconds))
        let arrival = Arrival(deadline)
        let stop = try await listen(arrival)
        let pasted: Result<LoginAnswer?, any Error>
        do {
            showDialog()
            pasted = .success(try pastedAnswer(before: deadline, arrival))
        } catch {
            pasted = .failure(error)
        }
        await stop()
        // What the browser brought counts, however the prompt ended.
        if let answer = arrival.answer { return answer }
        guard let answer = try pasted.get() else { throw tooLate }
        return answer
    }

    private func listen(_ arrival: Arrival) async throws -> @Sendable () async -> Void {
        guard let place = dialog.redirect.place else { return {} }
        do {
            return try await world.listen(place, dialog) { arrival.take($0) }
        } catch let failure as RedirectListener.Failure {
            switch failure {
            case .taken:
                throw Failure(
                    .tryLater,
                    "port \(place.port) is in use, perhaps by another login: end that, or register "
                        + "another redirect address with the app and name it with --redirect-uri",
                    kind: .network)
            case .refused:
                throw Failure(
                    .inputOutput,
                    "cannot listen on port \(place.port); register another redirect address with the "
                        + "app and name it with --redirect-uri",
                    kind: .network)
            }
        }
    }

    private func showDialog() {
        // The one thing without which nothing goes on, so it is not silenced.
        world.terminal.writeError("tokenvault: log in at this address:\n\(dialog.address)\n")
        if opensBrowser, !world.openBrowser(dialog.address, world) {
            world.terminal.note("no browser could be started; open the address in yours")
        }
    }

    /// What the person pastes, or nil when the wait ended otherwise.
    private func pastedAnswer(before deadline: Deadline, _ arrival: Arrival) throws -> LoginAnswer?
    {
        guard world.terminal.inputIsTerminal() else { return try input(before: deadline, arrival) }
        if noInput { return try justListen(until: deadline, "--no-input was given") }
        do {
            return try askedAnswer(before: deadline)
        } catch HiddenPrompt.Failure.noTerminal {
            return try justListen(until: deadline, "nobody to ask")
        } catch HiddenPrompt.Failure.tooLong {
            throw Self.noAnswer
        }
    }

    private func askedAnswer(before deadline: Deadline) throws -> LoginAnswer? {
        for attempt in 1...3 {
            do {
                guard
                    let text = try world.terminal.askUntil(
                        Self.question, Record.secretLimit, deadline)
                else { return nil }
                if let answer = dialog.answer(in: text) { return answer }
            } catch HiddenPrompt.Failure.severalLines {
                // Copied from where it was broken into lines, so that the half is no answer.
            }
            if attempt < 3 {
                world.terminal.note("that is no address with an answer in it; once more")
            }
        }
        throw Self.noAnswer
    }

    private func input(before deadline: Deadline, _ arrival: Arrival) throws -> LoginAnswer? {
        guard let text = try world.terminal.readInputUntil(Record.secretLimit, deadline) else {
            throw Self.noAnswer
        }
        if arrival.answer != nil { return nil }
        guard text.count > 0 else { return try justListen(until: deadline, "nobody to ask") }
        guard let answer = dialog.answer(in: text) else { throw Self.noAnswer }
        return answer
    }

    private func justListen(until deadline: Deadline, _ reason: String) throws -> LoginAnswer? {
        guard dialog.redirect.place != nil else {
            throw Failure(
                .locked,
                "\(reason), and the browser cannot come back to \(DisplayText.clean(dialog.redirect.text)) "
                    + "here: give the address where it ends on standard input")
        }
        deadline.wait()
        return nil
    }

    private static let noAnswer = Failure.usage(
        "what was given is no address with an answer in it: copy all of the address where the browser "
            + "ended", hint: "tokenvault login")

    private var tooLate: Failure {
        Failure(
            .tryLater,
            "nobody logged in within \(TimeText.span(seconds)); if Meta's page spoke of the URL, register "
                + "\(DisplayText.clean(dialog.redirect.text)) with the app, under Valid OAuth Redirect URIs",
            hint: "tokenvault login", kind: .token)
    }
}

/// The first answer that a browser brings; it ends the wait.
private final class Arrival: Sendable {
    private let first = Mutex<LoginAnswer?>(nil)
    private let deadline: Deadline

    init(_ deadline: Deadline) {
        self.deadline = deadline
    }

    var answer: LoginAnswer? { first.withLock { $0 } }

    func take(_ answer: LoginAnswer) {
        first.withLock { $0 = $0 ?? answer }
        deadline.bringAbout()
    }
}
