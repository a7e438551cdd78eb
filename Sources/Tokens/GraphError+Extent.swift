package import Graph

extension GraphError {
    /// Whether the user has to log in again, or resolve something on facebook.com.
    var needsLogin: Bool {
        guard case .refused(let refusal) = self else { return false }
        return refusal.classification.isDeadToken || refusal.classification == .person
    }

    /// The set of calls that would fail with the same error.
    package enum Extent {
        /// Only this call, as far as is known.
        case one
        /// All calls for the same app.
        case app
        /// All calls at this time; with a throttle, further calls would also prolong it.
        case everything
    }

    /// The set of calls that would fail with the same error.
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
