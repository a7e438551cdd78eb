package import Vault

/// Times formatted for people: local time and remaining time.
package struct TimeText {
    private let now: Timestamp
    private let offset: (Timestamp) -> Int

    /// Formats times relative to `now`.
    ///
    /// `offset` returns the number of seconds by which local time is ahead of UTC at a given time.
    package init(now: Timestamp, offset: @escaping (Timestamp) -> Int) {
        self.now = now
        self.offset = offset
    }

    /// Returns an expiry as `2027-01-20 10:00, in 60 days`, `never` or `unknown`.
    package func text(_ expiry: Expiry) -> String {
        switch expiry {
        case .unknown: "unknown"
        case .never: "never"
        case .at(let moment): "\(local(moment)), \(Self.distance(to: moment, from: now))"
        }
    }

    /// Returns the local date and time to the minute.
    package func local(_ moment: Timestamp) -> String {
        let text = (moment + Int64(offset(moment))).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    /// Returns the time between two moments as `in 12 days` or `3 hours ago`.
    package static func distance(to moment: Timestamp, from now: Timestamp) -> String {
        let seconds = moment.seconds - now.seconds
        let words = span(abs(seconds))
        return seconds < 0 ? "\(words) ago" : "in \(words)"
    }

    /// Returns a duration rounded to the largest unit that fits.
    ///
    /// The next smaller unit is added if there are fewer than three of the largest.
    package static func span(_ seconds: Int64) -> String {
        let units: [(name: String, length: Int64)] = [
            ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1),
        ]
        guard let index = units.firstIndex(where: { seconds >= $0.length }) else {
            return "0 seconds"
        }
        let whole = seconds / units[index].length
        guard whole < 3, index + 1 < units.count else {
            return counted(
                (seconds + units[index].length / 2) / units[index].length, units[index].name)
        }
        let first = counted(whole, units[index].name)
        let rest = seconds % units[index].length / units[index + 1].length
        return rest == 0 ? first : "\(first) \(counted(rest, units[index + 1].name))"
    }

    /// Returns a number with its noun, in the plural unless the number is 1.
    package static func counted(_ number: Int64, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
