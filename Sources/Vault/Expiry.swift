internal import Sodium

/// When something ends, as metadata has it: a moment, `"never"`, or no key at all for unknown.
public enum Expiry: Equatable, Sendable {
    /// Nobody said.
    case unknown
    /// It has no end of its own.
    case never
    /// From this moment on it is over.
    case at(Timestamp)

    /// The expiry that a metadata value spells, or nil when it spells none.
    init?(bytes: Span<UInt8>) {
        if bytes.elementsEqual("never".utf8.span) {
            self = .never
        } else if let moment = Timestamp(rfc3339UTC: bytes) {
            self = .at(moment)
        } else {
            return nil
        }
    }

    /// The metadata value, or nil for none.
    public var text: String? {
        switch self {
        case .unknown: nil
        case .never: "never"
        case .at(let moment): moment.description
        }
    }

    /// Whether it is over at `moment`.
    public func isOver(at moment: Timestamp) -> Bool {
        guard case .at(let end) = self else { return false }
        return end <= moment
    }
}
