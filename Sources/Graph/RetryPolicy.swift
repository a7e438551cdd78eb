import HTTP

/// When a call is made again: at most two retries, for what is transient and repeatable.
enum RetryPolicy {
    private static let attempts = 3
    /// The longest that a person is kept waiting for a throttle; beyond, they are told when.
    private static let longestThrottle = 5

    /// How long to wait before the next attempt, or nil when `error` is final.
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
            return seconds <= longestThrottle ? max(.seconds(seconds), backoff(attempt)) : nil
        case .unreachable(.connectionClosed), .unreachable(.noConnection):
            return backoff(attempt)
        case .unreachable, .invalidResponse, .notGraph:
            return nil
        }
    }

    /// Asking on prolongs a throttle, so only once, and only if Meta said that it is short.
    private static func throttle(_ seconds: Int?, attempt: Int) -> Duration? {
        guard attempt == 1, let seconds, seconds <= longestThrottle else { return nil }
        return .seconds(seconds)
    }

    /// Half a second, then one, each give or take a half: many clients that failed together must not
    /// come back together.
    private static func backoff(_ attempt: Int) -> Duration {
        .milliseconds(Int.random(in: 250...750) * attempt)
    }
}
