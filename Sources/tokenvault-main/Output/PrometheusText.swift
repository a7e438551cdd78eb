import Console
import Entries
import Graph
import Vault

extension CheckReport {
    /// Prints the report in Prometheus' text format, for node_exporter's textfile collector.
    func printPrometheus(_ lines: Lines, now: Timestamp, in world: World) throws {
        var output = BufferedOutput(world.terminal)
        func metric(_ name: String, _ help: String, _ value: @escaping (Line) -> String?) throws {
            try output.writeLine("# HELP \(name) \(help)\n# TYPE \(name) gauge")
            try lines { line in
                guard let value = value(line) else { return }
                try output.writeLine("\(name){\(labels(line.entry))} \(value)")
            }
        }
        try metric(
            "tokenvault_token_expires_timestamp_seconds", "When the token expires; +Inf for never."
        ) { seconds($0.entry.metadata.expiresAt) }
        try metric(
            "tokenvault_token_data_access_expires_timestamp_seconds",
            "When access to the user's data expires; +Inf for never."
        ) { seconds($0.entry.metadata.dataAccessExpiresAt) }
        try metric("tokenvault_token_ok", "1 unless the token is expired or invalid.") {
            $0.status == .expired || $0.status == .invalid ? "0" : "1"
        }
        for line in versionMetric + copyMetrics(now: now) { try output.writeLine(line) }
        let name = "tokenvault_check_timestamp_seconds"
        try output.writeLine("# HELP \(name) When this was written.\n# TYPE \(name) gauge")
        try output.writeLine("\(name) \(now.seconds)")
        try output.flush()
    }

    /// How old the copy of a shared vault is; empty for a vault that is not shared.
    private func copyMetrics(now: Timestamp) -> [String] {
        guard let copy = context.copy else { return [] }
        func metric(_ name: String, _ help: String, _ value: String) -> [String] {
            ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
        }
        let age = copy.age(at: now).map {
            metric(
                "tokenvault_sync_age_seconds", "The time since the vault was last synced.", "\($0)")
        }
        return (age ?? [])
            + metric(
                "tokenvault_sync_ahead", "1 if a change on this machine is not shared yet.",
                copy.isAhead ? "1" : "0")
    }

    /// When the versions in use end; empty if that is not known of any of them.
    private var versionMetric: [String] {
        let name = "tokenvault_api_version_ends_timestamp_seconds"
        let values = context.versions.compactMap { version in
            version.ends.map { ends in
                "\(name){api=\"\(version.api.rawValue)\",version=\"\(escaped(version.version))\"} "
                    + "\(ends.seconds)"
            }
        }
        guard !values.isEmpty else { return [] }
        return ["# HELP \(name) When the version of Meta's API ends.", "# TYPE \(name) gauge"]
            + values
    }

    private func seconds(_ expiry: Expiry) -> String? {
        switch expiry {
        case .unknown: nil
        case .never: "+Inf"
        case .at(let moment): "\(moment.seconds)"
        }
    }

    private func labels(_ entry: StoredEntry) -> String {
        let values = [
            ("ref", entry.reference.description), ("kind", entry.reference.kind.description),
            ("name", entry.metadata.string(.name) ?? ""),
        ]
        return values.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
    }

    private func escaped(_ text: String) -> String {
        DisplayText.clean(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
