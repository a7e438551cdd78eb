internal import Sodium

/// When something expires: in metadata a time, `"never"`, or no key if that is unknown.
public enum Expiry: Equatable, Sendable {
    /// Nothing is known about when it expires.
    case unknown
    /// It does not expire by itself.
    case never
    /// It is expired from this time on.
    case at(Timestamp)

    /// Parses a metadata value, or returns `nil` if it is not an expiry.
    init?(bytes: Span<UInt8>) {
        if bytes.elementsEqual("never".utf8.span) {
            self = .never
        } else if let moment = Timestamp(rfc3339UTC: bytes) {
            self = .at(moment)
        } else {
            return nil
        }
    }

    /// The metadata value, or `nil` if the expiry is unknown.
    public var text: String? {
        switch self {
        case .unknown: nil
        case .never: "never"
        case .at(let moment): moment.description
        }
    }

    /// Returns whether it has expired at `moment`.
    public func isOver(at moment: Timestamp) -> Bool {
        guard case .at(let end) = self else { return false }
        return end <= moment
    }
}
