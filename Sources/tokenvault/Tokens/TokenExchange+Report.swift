import Vault

extension TokenExchange.Outcome {
    /// Tells whose token was stored, how long it lasts and what comes next.
    func report(_ output: OutputOptions, in world: World) throws -> ExitStatus {
        let now = world.now()
        let status = EntryStatus(entry, at: now)
        if output.json {
            try world.terminal.printJSON(entry, status: status)
        } else {
            try world.terminal.print(text(now: now, in: world))
        }
        for warning in warnings { output.warn("\(warning)", in: world) }
        return status == .invalid ? .tokenRefused : .done
    }

    private func text(now: Timestamp, in world: World) -> String {
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
        lines.append("stored; next: tokenvault pages")
        return lines.joined(separator: "\n") + "\n"
    }
}
