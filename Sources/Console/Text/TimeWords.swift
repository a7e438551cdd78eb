package import Vault

/// A parser for durations and points in time as people type them.
package enum TimeWords {
    /// Returns the seconds in a duration: a number followed by `s`, `m`, `h`, `d` or `w`.
    ///
    /// Returns `nil` for anything else, and for durations longer than a hundred years.
    package static func span(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let last = text.last, let unit = units[last] else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let number = Int64(digits), number <= 3_155_760_000 / unit
        else { return nil }
        return number * unit
    }

    /// Returns a point in time written in RFC 3339, as a date (midnight UTC) or as a duration from
    /// `now`, or `nil` for anything else.
    package static func moment(_ text: String, now: Timestamp) -> Timestamp? {
        if let span = span(text) { return now + span }
        if text.utf8.count == 10 { return Timestamp(rfc3339UTC: text + "T00:00:00Z") }
        return moment(rfc3339: text)
    }

    /// Parses all of RFC 3339: with an offset from UTC, a fraction of a second (which is dropped)
    /// and letters of either case.
    private static func moment(rfc3339 text: String) -> Timestamp? {
        // 2027-01-20T09:00:00
        let length = 19
        let characters = Array(text.uppercased())
        guard characters.count > length, characters[10] == "T" || characters[10] == " " else {
            return nil
        }
        let (date, time) = (String(characters[..<10]), String(characters[11..<length]))
        var zone = characters[length...]
        if zone.first == "." {
            let fraction = zone.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return nil }
            zone = zone.dropFirst(1 + fraction.count)
        }
        guard let local = Timestamp(rfc3339UTC: "\(date)T\(time)Z") else { return nil }
        return offset(zone).map { local + (-$0) }
    }

    /// Returns the number of seconds by which a zone such as `Z` or `-07:00` is ahead of UTC.
    private static func offset(_ zone: ArraySlice<Character>) -> Int64? {
        if zone == ["Z"] { return 0 }
        guard zone.count == 6, let sign = zone.first, sign == "+" || sign == "-" else { return nil }
        let parts = zone.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(isDigit) }),
            let hours = Int64(String(parts[0])), let minutes = Int64(String(parts[1])),
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        return sign == "-" ? -seconds : seconds
    }

    private static func isDigit(_ character: Character) -> Bool {
        character.isASCII && character.isNumber
    }
}
