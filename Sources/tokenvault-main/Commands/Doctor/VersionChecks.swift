import Console
import Graph
import Vault

/// Checks whether the versions of Meta's APIs in use have ended or will soon.
struct VersionChecks {
    let versions: [APIVersion]
    let moment: Timestamp

    /// Returns a result for each version whose end is known.
    func run() -> [DoctorCheck] {
        versions.filter { $0.ends != nil }.map { version in
            let subject = "the end of the \(version.api.name) version"
            guard let warning = VersionWarning(version, at: moment) else {
                return DoctorCheck(subject)
            }
            // The default version is the latest one known, so no other can be suggested.
            let isDefault = version.version == GraphEndpoint.defaultVersion
            return DoctorCheck(
                subject, warning: warning.text,
                remedy: isDefault
                    ? nil : "export TOKENVAULT_GRAPH_VERSION=\(GraphEndpoint.defaultVersion)")
        }
    }
}
