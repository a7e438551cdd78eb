import HTTP

/// The policy for retrying calls: at most two retries of idempotent calls after transient errors.
enum RetryPolicy {
    private static let attempts = 3
    /// The maximum number of seconds to wait for a throttle; if it is longer, the call fails.
    private static let maxThrottle = 5

    /// Returns how long to wait before the next attempt, or `nil` if `error` is final.
    static func wait(after error: GraphError, attempt: Int, of request: GraphRequest) -> Duration? {
        guard request.isRepeatable, attempt < attempts else { return nil }
        switch error {
        case .refused(let refusal):
            switch refusal.classification.repetition {
            case .never: return nil
            case .soon: return backoff(attempt)
            case .ifShort: return throttle(refusal.retryAfter, attempt: attempt)
            }
        case .tooManyCalls(let seconds):
            return throttle(seconds, attempt: attempt)
        case .serverError(_, let seconds):
            guard let seconds else { return backoff(attempt) }
            return seconds <= maxThrottle ? max(.seconds(seconds), backoff(attempt)) : nil
        case .unreachable(.connectionClosed), .unreachable(.noConnection):
            return backoff(attempt)
        case .unreachable, .invalidResponse, .notGraph:
            return nil
        }
    }

    /// Returns the wait for a throttle: only once, and only if Meta announced that it is short.
    ///
    /// Further calls would prolong a throttle.
    private static func throttle(_ seconds: Int?, attempt: Int) -> Duration? {
        guard attempt == 1, let seconds, seconds <= maxThrottle else { return nil }
        return .seconds(seconds)
    }

    /// Returns half a second, then one second, each varied randomly by up to half.
    ///
    /// The jitter prevents clients that failed together from retrying together.
    private static func backoff(_ attempt: Int) -> Duration {
        .milliseconds(Int.random(in: 250...750) * attempt)
    }
}
