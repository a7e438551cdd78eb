internal import Sodium

/// A time in whole seconds, written as in RFC 3339.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    /// Creates the time `seconds` after 1970-01-01T00:00:00Z, limited to the years 0000 to 9999,
    /// which RFC 3339 can represent.
    public init(_ seconds: Int64) {
        self.seconds = min(max(seconds, -62_167_219_200), 253_402_300_799)
    }

    /// Parses a time such as `2026-11-21T09:00:00Z`, or returns `nil` if `text` has any other form.
    public init?(rfc3339UTC text: String) {
        self.init(rfc3339UTC: text.utf8.span)
    }

    /// Parses a time from its characters, or returns `nil` if they have any other form.
    init?(rfc3339UTC characters: Span<UInt8>) {
        guard characters.count == 20,
            characters[4] == UInt8(ascii: "-"), characters[7] == UInt8(ascii: "-"),
            characters[10] == UInt8(ascii: "T"), characters[13] == UInt8(ascii: ":"),
            characters[16] == UInt8(ascii: ":"), characters[19] == UInt8(ascii: "Z"),
            let year = number(characters, 0..<4), let month = number(characters, 5..<7),
            let day = number(characters, 8..<10), let hour = number(characters, 11..<13),
            let minute = number(characters, 14..<16), let second = number(characters, 17..<19),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second
    }

    /// The time in RFC 3339 form, in UTC and with seconds.
    public var description: String {
        let characters = characters
        return String(decoding: Array(copying: characters.span), as: UTF8.self)
    }

    /// The characters of `description`, without a string: every entry of a vault has several
    /// timestamps.
    var characters: InlineArray<20, UInt8> {
        let days = seconds.quotientRoundedDown(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        let second = seconds - days * 86_400
        var text = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        text[4] = UInt8(ascii: "-")
        text[7] = UInt8(ascii: "-")
        text[10] = UInt8(ascii: "T")
        text[13] = UInt8(ascii: ":")
        text[16] = UInt8(ascii: ":")
        text[19] = UInt8(ascii: "Z")
        func put(_ number: Int64, endingAt end: Int) {
            var (index, rest) = (end, number)
            while rest > 0 {
                index -= 1
                text[index] += UInt8(rest % 10)
                rest /= 10
            }
        }
        put(date.year, endingAt: 4)
        put(date.month, endingAt: 7)
        put(date.day, endingAt: 10)
        put(second / 3_600, endingAt: 13)
        put(second / 60 % 60, endingAt: 16)
        put(second % 60, endingAt: 19)
        return text
    }

    /// Returns whether `one` is earlier than `other`.
    public static func < (one: Timestamp, other: Timestamp) -> Bool { one.seconds < other.seconds }

    /// Returns the time `span` seconds later.
    public static func + (moment: Timestamp, span: Int64) -> Timestamp {
        let (sum, overflow) = moment.seconds.addingReportingOverflow(span)
        return Timestamp(overflow ? (span > 0 ? .max : .min) : sum)
    }
}

/// A day of the Gregorian calendar.
public struct CivilDate: Equatable, Sendable {
    /// The year; 0 to 9999 if parsed from text.
    public let year: Int64
    /// The month, 1 to 12.
    public let month: Int64
    /// The day of the month, 1 to 31.
    public let day: Int64

    /// Creates a date, or returns `nil` if the calendar does not have it.
    public init?(year: Int64, month: Int64, day: Int64) {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(month), (1...lengths[Int(month) - 1]).contains(day) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
    }

    // The era arithmetic is from Howard Hinnant's "chrono-compatible low-level date algorithms":
    // years begin in March, so that the leap day is the last day of a year.

    /// The number of days from 1970-01-01 to this date.
    public var daysSince1970: Int64 {
        let marchYear = month > 2 ? year : year - 1
        let era = marchYear.quotientRoundedDown(by: 400)
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// Creates the date `days` after 1970-01-01.
    public init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = shifted.quotientRoundedDown(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}

extension Int64 {
    fileprivate func quotientRoundedDown(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self + 1) / divisor - 1
    }
}

/// Returns the value of the decimal digits in `range`, or `nil` if there are other characters.
@inline(__always)
private func number(_ characters: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    var value: Int64 = 0
    for index in range {
        let digit = characters[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = value &* 10 &+ Int64(digit)
    }
    return value
}
