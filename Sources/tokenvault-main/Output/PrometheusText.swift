import Console
import Entries
import Graph
import Vault

extension CheckReport {
    /// The report in Prometheus' text format, for node_exporter's textfile collector.
    func prometheus(now: Timestamp) -> String {
        var text = ""
        func metric(_ name: String, _ help: String, _ value: (Line) -> String?) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            for line in lines {
                guard let value = value(line) else { continue }
                text += "\(name){\(labels(line.entry))} \(value)\n"
            }
        }
        metric(
            "tokenvault_token_expires_timestamp_seconds", "When the token expires; +Inf for never."
        ) { seconds($0.entry.metadata.expiresAt) }
        metric(
            "tokenvault_token_data_access_expires_timestamp_seconds",
            "When access to the user's data expires; +Inf for never."
        ) { seconds($0.entry.metadata.dataAccessExpiresAt) }
        metric("tokenvault_token_ok", "1 unless the token is expired or invalid.") {
            $0.status == .expired || $0.status == .invalid ? "0" : "1"
        }
        text += versionMetric
        text += copyMetrics(now: now)
        let name = "tokenvault_check_timestamp_seconds"
        text +=
            "# HELP \(name) When this was written.\n# TYPE \(name) gauge\n\(name) \(now.seconds)\n"
        return text
    }

    /// How old the copy of a shared vault is; empty for a vault that is not shared.
    private func copyMetrics(now: Timestamp) -> String {
        guard let copy else { return "" }
        func metric(_ name: String, _ help: String, _ value: String?) -> String {
            guard let value else { return "" }
            return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name) \(value)\n"
        }
        return metric(
            "tokenvault_sync_age_seconds", "The time since the vault was last synced.",
            copy.age(at: now).map { "\($0)" })
            + metric(
                "tokenvault_sync_ahead", "1 if a change on this machine is not shared yet.",
                copy.isAhead ? "1" : "0")
    }

    /// When the versions in use end; empty if that is not known of any of them.
    private var versionMetric: String {
        let name = "tokenvault_api_version_ends_timestamp_seconds"
        let values = versions.compactMap { version in
            version.ends.map { ends in
                "\(name){api=\"\(version.api.rawValue)\",version=\"\(escaped(version.version))\"} "
                    + "\(ends.seconds)\n"
            }
        }
        guard !values.isEmpty else { return "" }
        return "# HELP \(name) When the version of Meta's API ends.\n# TYPE \(name) gauge\n"
            + values.joined()
    }

    private func seconds(_ expiry: Expiry) -> String? {
        switch expiry {
        case .unknown: nil
        case .never: "+Inf"
        case .at(let moment): "\(moment.seconds)"
        }
    }

    private func labels(_ entry: Entry) -> String {
        let values = [
            ("ref", entry.reference.description), ("kind", entry.reference.kind.description),
            ("name", entry.metadata.name ?? ""),
        ]
        return values.map { "\($0)=\"\(escaped($1))\"" }.joined(separator: ",")
    }

    private func escaped(_ text: String) -> String {
        DisplayText.clean(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }
}
