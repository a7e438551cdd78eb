package import Graph

extension GraphError {
    /// Whether a person has to log in again, or to settle something there.
    var needsLogin: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.classification.isDeadToken || refusal.classification == .person
    }

    /// What else would fail in the same way.
    package enum Extent {
        /// Nothing that is known.
        case one
        /// Whatever is asked for the same app.
        case app
        /// Whatever is asked, now; and asking on makes a throttle longer.
        case everything
    }

    /// What else would fail in the same way.
    package var extent: Extent {
        switch self {
        case .unreachable, .tooManyCalls, .notGraph: .everything
        case .refused(let refusal):
            switch refusal.classification {
            case .throttled, .blocked, .configuration(.version): .everything
            case .configuration(.otherApp), .configuration(.redirect), .configuration(.unclear):
                .one
            case .configuration: .app
            default: .one
            }
        case .serverError, .invalidResponse: .one
        }
    }
}
