import FoundationEssentials

/// Times in HTTP headers (RFC 9110, section 5.6.7), such as `Sat, 21 Nov 2026 09:00:00 GMT`.
public enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Returns the seconds since 1970, or `nil` if `text` is not in that format.
    public static func seconds(_ text: String) -> Int64? {
        let format = /[A-Z][a-z]{2}, ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9:]{8}) GMT/
        guard let match = text.wholeMatch(of: format),
            let month = months.firstIndex(where: { $0 == match.2 }),
            let date = try? Date(
                "\(match.3)-\(month < 9 ? "0" : "")\(month + 1)-\(match.1)T\(match.4)Z",
                strategy: .iso8601)
        else { return nil }
        return Int64(date.timeIntervalSince1970)
    }
}

extension HTTPResponse {
    /// The server's time (the `Date` header) in seconds since 1970, or `nil` without a valid one.
    public var serverTime: Int64? { header("date").flatMap(HTTPDate.seconds) }

    /// The seconds to wait according to `Retry-After`, or `nil` without a plausible value.
    ///
    /// The header holds a number of seconds or a date.
    public var retryAfterHeader: Int? {
        guard let header = header("retry-after") else { return nil }
        let text = header.trimmingBlanks
        let longest: Int64 = 6_000_000
        let seconds: Int64
        if let number = Int64(text) {
            seconds = number
        } else if let end = HTTPDate.seconds(text) {
            // The local clock may be wrong, so use the server's own `Date` if it sent one.
            seconds = max(0, end - (serverTime ?? Int64(Date.now.timeIntervalSince1970)))
        } else {
            return nil
        }
        return (0...longest).contains(seconds) ? Int(seconds) : nil
    }
}

extension String {
    /// The text without leading and trailing optional whitespace (RFC 9110, section 5.6.3).
    fileprivate var trimmingBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var text = self[...].drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }
}
