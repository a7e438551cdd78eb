/// Points in time in the Graph API: whole seconds since 1970 in UTC.
public enum GraphTime {
    /// Parses RFC 3339, a duration from now such as `+1h` or `-2d`, seconds since 1970, or `never`
    /// (0).
    public static func seconds(_ text: String, from now: Int) -> Int? {
        if text == "never" { return 0 }
        if let first = text.first, first == "+" || first == "-" {
            return span(String(text.dropFirst())).map { first == "+" ? now + $0 : now - $0 }
        }
        return Int(text) ?? rfc3339(text)
    }

    /// Parses a duration such as `90s`, `5m`, `12h`, `3d` or `2w`, and returns it in seconds.
    public static func span(_ text: String) -> Int? {
        guard let unit = text.last, let count = Int(text.dropLast()), count >= 0 else { return nil }
        let length: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        guard let seconds = length[unit] else { return nil }
        let (product, overflows) = count.multipliedReportingOverflow(by: seconds)
        // Longer durations could overflow when added to a time.
        return overflows || product > 1 << 50 ? nil : product
    }

    /// Parses a time such as `2026-11-20T17:00:00Z`; a fraction is ignored, an offset is applied.
    public static func rfc3339(_ text: String) -> Int? {
        let pattern =
            /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))/
        guard let match = text.wholeMatch(of: pattern)?.output,
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3),
            let hour = Int(match.4), let minute = Int(match.5), let second = Int(match.6),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var offset = 0
        if let sign = match.7, let hours = match.8.flatMap({ Int($0) }),
            let minutes = match.9.flatMap({ Int($0) })
        {
            offset = (sign == "+" ? 1 : -1) * (hours * 3600 + minutes * 60)
        }
        let days = days(year: year, month: month, day: day)
        return days * 86400 + hour * 3600 + minute * 60 + second - offset
    }

    /// Formats a time as `Friday, 20-Nov-26 09:00:00 PST`, as in messages about expired sessions.
    static func inMessage(_ time: Int) -> String {
        let summer = isPacificSummer(time)
        let local = time - (summer ? 7 : 8) * 3600
        let date = date(onDay: floorDivide(local, 86400))
        let second = local - floorDivide(local, 86400) * 86400
        let weekday = (floorDivide(local, 86400) % 7 + 7 + 4) % 7
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
        return "\(weekdays[weekday]), \(twoDigits(date.day))-\(months[date.month - 1])"
            + "-\(twoDigits(date.year % 100)) \(clock.joined(separator: ":")) "
            + (summer ? "PDT" : "PST")
    }

    /// Formats a time as `Fri, 20 Nov 2026 17:00:00 GMT`, as in the `Date` header.
    static func inDateHeader(_ time: Int) -> String {
        let day = floorDivide(time, 86400)
        let date = date(onDay: day)
        let second = time - day * 86400
        let weekday = (day % 7 + 7 + 4) % 7
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
        return "\(weekdays[weekday].prefix(3)), \(twoDigits(date.day)) \(months[date.month - 1])"
            + " \(date.year) \(clock.joined(separator: ":")) GMT"
    }

    /// Formats a time as `2026-11-20T17:00:00+0000`, as in responses.
    static func inResponse(_ time: Int) -> String {
        let day = floorDivide(time, 86400)
        let date = date(onDay: day)
        let second = time - day * 86400
        let clock = [second / 3600, second / 60 % 60, second % 60].map(twoDigits)
        return "\(date.year)-\(twoDigits(date.month))-\(twoDigits(date.day))"
            + "T\(clock.joined(separator: ":"))+0000"
    }

    /// Returns whether Pacific Daylight Time applies.
    ///
    /// It lasts from the second Sunday in March to the first Sunday in November, each at 02:00.
    private static func isPacificSummer(_ time: Int) -> Bool {
        let year = date(onDay: floorDivide(time, 86400)).year
        let start = (firstSunday(year: year, month: 3) + 7) * 86400 + 10 * 3600
        let end = firstSunday(year: year, month: 11) * 86400 + 9 * 3600
        return time >= start && time < end
    }

    private static func firstSunday(year: Int, month: Int) -> Int {
        let first = days(year: year, month: month, day: 1)
        return first + (7 - (first + 4) % 7) % 7
    }

    // Conversion between civil dates and days since 1970 (Howard Hinnant's chrono-compatible
    // algorithms).
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = floorDivide(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    private static func date(onDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    private static func twoDigits(_ value: Int) -> String {
        (value < 10 ? "0" : "") + String(value)
    }

    private static let weekdays = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
