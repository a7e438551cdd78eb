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
    /// The server's clock in seconds since 1970 (the `Date` header), or `nil` if it does not say.
    public var serverTime: Int64? { header("date").flatMap(HTTPDate.seconds) }

    /// Seconds from now that the `Retry-After` header asks for, as a number or as a date; `nil` if there is
    /// none, or an absurd one.
    public var retryAfterHeader: Int? {
        guard let header = header("retry-after") else { return nil }
        let text = header.trimmingBlanks
        let longest: Int64 = 6_000_000
        let seconds: Int64
        if let number = Int64(text) {
            seconds = number
        } else if let end = HTTPDate.seconds(text) {
            // This machine's clock may be wrong; both times of one response are the server's.
            seconds = max(0, end - (serverTime ?? Int64(Date.now.timeIntervalSince1970)))
        } else {
            return nil
        }
        return (0...longest).contains(seconds) ? Int(seconds) : nil
    }
}

extension String {
    /// The text without the blanks around it that HTTP allows.
    fileprivate var trimmingBlanks: String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        var text = self[...].drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(text)
    }
}
