import Console
import Graph

/// A warning about rate limits that are nearly used up.
struct UsageWarning {
    let text: String

    /// Creates the warning, or returns `nil` if `usages` is empty.
    init?(_ usages: [Usage]) {
        guard !usages.isEmpty else { return nil }
        text = usages.map(Self.words).joined(separator: "; ")
    }

    private static func words(for usage: Usage) -> String {
        let subject =
            switch usage.limit {
            case .app: "the app's hourly calls (X-App-Usage)"
            case .page: "the page's hourly calls (X-Page-Usage)"
            case .business(let id, let kind):
                "the calls of business \(DisplayText.clean(id)) for \(DisplayText.clean(kind)) "
                    + "(X-Business-Use-Case-Usage)"
            case .adAccount: "the ad account's calls (X-Ad-Account-Usage)"
            case .adsInsights: "the Ads Insights calls (X-FB-Ads-Insights-Throttle)"
            }
        let end = usage.seconds.map { ", for another \(Self.span($0))" } ?? ""
        return "\(usage.percent)% of \(subject) are used up\(end)"
    }

    private static func span(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) seconds" : "\((seconds + 59) / 60) minutes"
    }
}
