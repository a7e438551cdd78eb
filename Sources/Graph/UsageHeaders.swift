import FoundationEssentials
import HTTP

/// The usage of one of Meta's rate limits, as reported in a response header.
public struct Usage: Equatable, Sendable {
    /// A rate limit.
    public enum Limit: Hashable, Sendable {
        /// Calls of the app for all its users per hour.
        case app
        /// Calls for a page per hour.
        case page
        /// Calls for a business of one kind, such as `pages`.
        case business(String, kind: String)
        /// Calls for an ad account.
        case adAccount
        /// Calls for ads insights.
        case adsInsights
    }

    /// The rate limit.
    public let limit: Limit
    /// The usage in percent, which may exceed 100.
    public let percent: Int
    /// The number of seconds until calls work again or the count is reset, if Meta reports it.
    public let seconds: Int?
    /// The percentage from which the user should be warned.
    public static let alarming = 80
}

/// The highest usage of each rate limit that responses have reported so far.
public actor UsageMeter {
    private var highest: [Usage.Limit: Usage] = [:]
    private var wasThrottled = false

    func record(_ usages: [Usage]) {
        for usage in usages where usage.percent > highest[usage.limit]?.percent ?? -1 {
            highest[usage.limit] = usage
        }
    }

    /// Records that a call failed because of a rate limit, which its error reports.
    func recordThrottle() { wasThrottled = true }

    /// The limits with alarming usage, highest first.
    ///
    /// Empty after a call failed because of a limit, because its error already reports that.
    public var alarming: [Usage] {
        wasThrottled
            ? []
            : highest.values.filter { $0.percent >= Usage.alarming }
                .sorted { $0.percent > $1.percent }
    }
}

extension HTTPResponse {
    /// The number of seconds to wait: `Retry-After`, or the longest wait in the usage headers.
    var retryAfter: Int? {
        retryAfterHeader ?? usages.compactMap(\.seconds).max()
    }

    /// The contents of the usage headers; those in an undocumented format are ignored.
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

/// A number or a string; both are `nil` for any other value.
private struct Count: Decodable {
    var number: Double?
    var text: String?

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer() else { return }
        text = try? container.decode(String.self)
        number = (try? container.decode(Double.self)) ?? text.flatMap { Double($0) }
    }
}
