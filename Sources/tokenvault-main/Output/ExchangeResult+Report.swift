import Console
import Entries
import Tokens
import Vault

extension ExchangeResult {
    /// Prints whose token was stored, how long it lasts and what to do next.
    func report(
        json: Bool, next: NextStep, in world: World
    ) throws -> ExitStatus {
        if json {
            try world.terminal.printJSON(entry, status: EntryStatus(entry, at: world.now()))
        } else {
            try world.terminal.print(text(next: next, in: world))
        }
        return warn(in: world)
    }

    /// Prints the warnings and returns the exit status of the command.
    func warn(in world: World) -> ExitStatus {
        for warning in warnings { world.warn(warning.words.text) }
        if let mismatch { return mismatch.status }
        if isOfOther { return .tokenRefused }
        return EntryStatus(entry, at: world.now()) == .invalid ? .tokenRefused : .done
    }

    private func text(next: NextStep, in world: World) -> String {
        let now = world.now()
        let metadata = entry.metadata
        let time = TimeText(now: now, in: world)
        let name = metadata.name.map { "\(DisplayText.clean($0)), " } ?? ""
        var lines = ["\(name)\(entry.reference)"]
        if case .at(let end) = metadata.expiresAt {
            lines.append("  lasts        \(TimeText.span(max(0, end.seconds - now.seconds)))")
        }
        lines += [
            "  expires      \(time.text(metadata.expiresAt))",
            "  data access  \(time.text(metadata.dataAccessExpiresAt))",
        ]
        if let scopes = metadata.scopes {
            lines.append("  scopes       \(DisplayText.clean(scopes.joined(separator: " ")))")
        }
        lines.append("stored; next: \(next.following(entry))")
        return lines.joined(separator: "\n") + "\n"
    }
}
