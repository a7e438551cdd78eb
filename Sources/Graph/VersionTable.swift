/// An API of Meta whose versions end on dates of their own.
public enum VersionedAPI: String, CaseIterable, Sendable {
    case graph
    /// The calls for ads: versions are numbered as those of the Graph API, but end earlier.
    case marketing
}

/// A version of one of Meta's APIs.
public struct APIVersion: Equatable, Sendable {
    /// The API.
    public let api: VersionedAPI
    /// The version, such as `v26.0`.
    public let version: String
    /// The date in UTC from which the version no longer works, such as `2028-07-29`, or `nil` if it
    /// is not known.
    public let endDate: String?
}

/// The dates on which versions of Meta's APIs end.
///
/// Meta has no call that returns them.
public enum VersionTable {
    /// The date on which Meta's published dates were read for this table.
    public static let dateRead = "2026-11-29"

    /// Returns what is known about `version` in each API; nothing for unversioned calls.
    public static func versions(of version: String?) -> [APIVersion] {
        guard let version else { return [] }
        return VersionedAPI.allCases.map { api in
            APIVersion(api: api, version: version, endDate: api.endDates[version])
        }
    }
}

extension VersionedAPI {
    /// The dates by version; Meta announces the end of the latest one later.
    fileprivate var endDates: [String: String] {
        switch self {
        case .graph:
            [
                "v18.0": "2026-01-26",
                "v19.0": "2026-05-21",
                "v20.0": "2026-09-24",
                "v21.0": "2027-01-21",
                "v22.0": "2027-05-20",
                "v23.0": "2027-10-08",
                "v24.0": "2028-02-18",
                "v25.0": "2028-07-29",
            ]
        case .marketing:
            [
                "v21.0": "2025-09-09",
                "v24.0": "2026-10-06",
            ]
        }
    }
}
