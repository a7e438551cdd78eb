import FoundationEssentials
import HTTP

/// How much of one of Meta's limits is used up, by a header of its answers.
public struct Usage: Equatable, Sendable {
    /// Whose limit, and of what.
    public enum Limit: Hashable, Sendable {
        /// The app's calls for all its users, in an hour.
        case app
        /// A page's calls, in an hour.
        case page
        /// A business's calls of one kind, such as `pages`.
        case business(String, kind: String)
        /// An advertising account's calls.
        case adAccount
        /// Questions about advertisements.
        case adsInsights
    }

    /// Whose limit, and of what.
    public let limit: Limit
    /// Percent, which may be more than a hundred.
    public let percent: Int
    /// Seconds until calls work again, or until Meta counts anew, where it said.
    public let seconds: Int?
    /// From where on a person should know.
    public static let alarming = 80
}

/// The most that answers said of each limit so far.
public actor UsageMeter {
    private var highest: [Usage.Limit: Usage] = [:]
    private var wasExceeded = false

    func note(_ usages: [Usage]) {
        for usage in usages where usage.percent > highest[usage.limit]?.percent ?? -1 {
            highest[usage.limit] = usage
        }
    }

    /// Notes that a call was refused for a limit, which its error tells.
    func noteExcess() { wasExceeded = true }

    /// The limits that are used up to an alarming degree, the worst first; none where an error tells.
    public var alarming: [Usage] {
        wasExceeded
            ? []
            : highest.values.filter { $0.percent >= Usage.alarming }
                .sorted { $0.percent > $1.percent }
    }
}

extension HTTPResponse {
    /// Seconds until calls may work again: `Retry-After`, or the longest that a usage header gives.
    var retryAfter: Int? {
        retryAfterHeader ?? usages.compactMap(\.seconds).max()
    }

    /// What the usage headers say; one that is not as documented says nothing and never fails a call.
    var usages: [Usage] {
        var usages: [Usage] = []
        for (name, limit) in [("x-app-usage", Usage.Limit.app), ("x-page-usage", .page)] {
            guard let counts = decoded([String: Count].self, from: name) else { continue }
            usages += usage(limit, Self.shares.map { counts[$0] }, seconds: nil)
        }
        let businesses = decoded([String: [[String: Count]]].self, from: Self.businessHeader) ?? [:]
        for (id, kinds) in businesses.sorted(by: { $0.key < $1.key }) {
            for counts in kinds {
                let limit = Usage.Limit.business(
                    id.cappedName, kind: (counts["type"]?.text ?? "").cappedName)
                let minutes = counts["estimated_time_to_regain_access"]?.number
                usages += usage(
                    limit, Self.shares.map { counts[$0] }, seconds: minutes.map { $0 * 60 })
            }
        }
        if let counts = decoded([String: Count].self, from: "x-ad-account-usage") {
            usages += usage(
                .adAccount, [counts["acc_id_util_pct"]],
                seconds: counts["reset_time_duration"]?.number)
        }
        if let counts = decoded([String: Count].self, from: "x-fb-ads-insights-throttle") {
            usages += usage(
                .adsInsights, [counts["app_id_util_pct"], counts["acc_id_util_pct"]], seconds: nil)
        }
        return usages
    }

    private static let businessHeader = "x-business-use-case-usage"
    private static let shares = [
        "call_count", "total_time", "total_cputime", "call_volume", "cpu_time",
    ]

    private func usage(_ limit: Usage.Limit, _ counts: [Count?], seconds: Double?) -> [Usage] {
        let percent = counts.compactMap { $0?.number }.filter { (0...100_000).contains($0) }.max()
        let seconds = seconds.flatMap { (1..<6_000_000).contains($0) ? Int($0) : nil }
        guard percent != nil || seconds != nil else { return [] }
        return [Usage(limit: limit, percent: Int(percent ?? 0), seconds: seconds)]
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, from name: String) -> Value? {
        header(name).flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}

/// A number or a text; neither for anything else.
private struct Count: Decodable {
    var number: Double?
    var text: String?

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer() else { return }
        text = try? container.decode(String.self)
        number = (try? container.decode(Double.self)) ?? text.flatMap { Double($0) }
    }
}
