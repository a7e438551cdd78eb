package import Vault

/// Spans and moments as people type them.
package enum TimeWords {
    /// Seconds of a span: a number with `s`, `m`, `h`, `d` or `w` behind it.
    ///
    /// Nil for anything else, and for what is longer than a hundred years.
    package static func span(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let last = text.last, let unit = units[last] else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = Int64(digits), number <= 3_155_760_000 / unit
        else { return nil }
        return number * unit
    }

    /// A moment: RFC 3339, a date (midnight UTC), or a span from `now` on.
    package static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let span = span(text) { return now + span }
        if text.utf8.count == 10 { return Timestamp(rfc3339UTC: text + "T00:00:00Z") }
        return moment(rfc3339: text)
    }

    /// RFC 3339 in full: with an offset from UTC, a fraction of a second (which is dropped), and
    /// letters of either case.
    private static func moment(rfc3339 text: String) -> Timestamp? {
        let upper = text.uppercased()
        guard
            let match = upper.wholeMatch(
                of: /([0-9-]{10})[T ]([0-9:]{8})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})/)
        else { return nil }
        guard let local = Timestamp(rfc3339UTC: "\(match.1)T\(match.2)Z") else { return nil }
        if match.3 == "Z" { return local }
        let parts = match.3.dropFirst().split(separator: ":").compactMap { Int64($0) }
        guard parts.count == 2, parts[0] < 24, parts[1] < 60 else { return nil }
        let offset = parts[0] * 3_600 + parts[1] * 60
        return local + (match.3.first == "+" ? -offset : offset)
    }
}
