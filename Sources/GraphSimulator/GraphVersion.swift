/// A version of the Graph API, such as `v26.0`.
struct GraphVersion: Equatable, Comparable {
    var major: Int
    var minor: Int

    var name: String { "v\(major).\(minor)" }

    /// Parses a path segment in the format of a version, whether or not the version exists.
    init?(_ segment: Substring) {
        guard let match = segment.wholeMatch(of: /v(\d{1,3})\.(\d{1,3})/)?.output,
            let major = Int(match.1), let minor = Int(match.2)
        else { return nil }
        self.major = major
        self.minor = minor
    }

    private init(_ major: Int) {
        self.major = major
        minor = 0
    }

    static func < (one: Self, other: Self) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    /// Returns the version that serves a request, or `nil` if the requested one never existed.
    ///
    /// For a retired version or an unversioned path, this is the oldest version that still works.
    static func serving(_ requested: GraphVersion?, at now: Int) -> GraphVersion? {
        if let requested, !requested.hasExisted { return nil }
        let usable = ends.filter { $0.end == nil || now < $0.end ?? 0 }.map(\.version)
        guard let requested else { return usable.first }
        return usable.first { $0 >= requested }
    }

    private var hasExisted: Bool {
        switch major {
        case 2: minor <= 12
        case 3: minor <= 3
        default: (1...26).contains(major) && minor == 0
        }
    }

    /// The times at which versions are retired, oldest version first; `nil` for the latest.
    private static let ends: [(version: GraphVersion, end: Int?)] = [
        (GraphVersion(18), GraphTime.rfc3339("2026-01-26T00:00:00Z")),
        (GraphVersion(19), GraphTime.rfc3339("2026-05-21T00:00:00Z")),
        (GraphVersion(20), GraphTime.rfc3339("2026-09-24T00:00:00Z")),
        (GraphVersion(21), GraphTime.rfc3339("2027-01-21T00:00:00Z")),
        (GraphVersion(22), GraphTime.rfc3339("2027-05-20T00:00:00Z")),
        (GraphVersion(23), GraphTime.rfc3339("2027-10-08T00:00:00Z")),
        (GraphVersion(24), GraphTime.rfc3339("2028-02-18T00:00:00Z")),
        (GraphVersion(25), GraphTime.rfc3339("2028-07-29T00:00:00Z")),
        (GraphVersion(26), nil),
    ]
}
