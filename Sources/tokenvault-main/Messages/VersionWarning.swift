import Console
import Graph
import Vault

/// A warning about the version of one of Meta's APIs.
struct VersionWarning {
    let text: String

    /// The number of days before the end of a version from which it is reported.
    static let days: Int64 = 90

    /// Creates a warning that `version` ends soon or has ended, or returns `nil` if it does neither
    /// or its end is not known.
    init?(_ version: APIVersion, at moment: Timestamp) {
        guard let date = version.endDate, let ends = version.ends else { return nil }
        let left = ends.seconds - moment.seconds
        guard left <= Self.days * 86_400 else { return nil }
        let end =
            left > 0
            ? "ends on \(date), in \(TimeText.span(left))"
            : "ended on \(date), \(TimeText.span(-left)) ago"
        text =
            "\(version.version) of the \(version.api.name) \(end) "
            + "(dates read on \(VersionTable.dateRead)); use a later version"
    }

    /// Creates a warning that Meta answered with `version` in place of `requested`.
    init(_ version: String, inPlaceOf requested: String) {
        text =
            "Meta answered with \(version) of the Graph API "
            + "instead of \(requested)"
    }
}

extension VersionedAPI {
    /// The name in English.
    var name: String {
        switch self {
        case .graph: "Graph API"
        case .marketing: "Marketing API"
        }
    }
}

extension APIVersion {
    /// The time at which the version ends, or `nil` if it is not known.
    var ends: Timestamp? { endDate.flatMap { Timestamp(rfc3339UTC: "\($0)T00:00:00Z") } }
}
