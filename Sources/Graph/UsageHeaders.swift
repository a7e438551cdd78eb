import FoundationEssentials

extension HTTPAnswer {
    /// Seconds until calls may work again: `Retry-After`, or the longest
    /// `estimated_time_to_regain_access` of `X-Business-Use-Case-Usage`, which is in minutes.
    var retryAfter: Int? {
        if let text = header("retry-after"), let seconds = Int(text),
            (0...6_000_000).contains(seconds)
        {
            return seconds
        }
        // A header that is not as documented says nothing; it never fails a call.
        guard let text = header("x-business-use-case-usage"),
            let usage = try? JSONDecoder().decode(
                [String: [BusinessUsage]].self, from: Data(text.utf8))
        else { return nil }
        let minutes = usage.values.joined().compactMap { $0.minutesToRegainAccess?.value }.max()
        return minutes.flatMap { $0 > 0 && $0 < 100_000 ? $0 * 60 : nil }
    }
}

private struct BusinessUsage: Decodable {
    var minutesToRegainAccess: Lenient<Int>?

    private enum CodingKeys: String, CodingKey {
        case minutesToRegainAccess = "estimated_time_to_regain_access"
    }
}
