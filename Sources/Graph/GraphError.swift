public import HTTP

/// How a call to Graph can fail.
public enum GraphError: Error, Equatable, Sendable {
    /// Graph answered with an error object.
    case refused(GraphRefusal)
    /// No answer came.
    case unreachable(Unreachable)
    /// Graph has a fault of its own, without an error object: an HTTP status of 500 and above, or a web
    /// page in the place of the answer. Seconds until it may work again, if it said so.
    case serverError(status: Int, retryAfter: Int? = nil)
    /// HTTP status 429 without an error object; seconds until calls may work again, if it said so.
    case tooManyCalls(retryAfter: Int?)
    /// The response is not from Graph: a proxy, a firewall or another server sent it.
    case notGraph(status: Int)
    /// An answer that is none of Graph's.
    case invalidResponse(Misunderstanding, status: Int)

    /// Why no answer came.
    public typealias Unreachable = HTTPError.Unreachable

    /// What is wrong with an answer.
    public enum Misunderstanding: Equatable, Sendable {
        /// Nothing in it.
        case empty
        /// No JSON, or JSON cut short.
        case notJSON
        /// JSON of another shape; the key that is missing or wrong.
        case shape(String)
        /// More than 4 MiB.
        case tooLarge
        /// A redirect, which is never followed.
        case redirect
        /// A list whose cursor leads back to itself.
        case repeatedCursor
        /// A list that never ends.
        case endlessList
    }
}

/// Graph's error object, with all secrets taken out.
public struct GraphRefusal: Equatable, Sendable {
    /// Meta's own words, redacted, on one line.
    public var message: String
    /// Such as `OAuthException`.
    public var type: String?
    /// Meta's error code.
    public var code: Int
    /// Meta's `error_subcode`.
    public var subcode: Int?
    /// Meta's own word on whether it passes.
    public var isTransient = false
    /// The number by which Meta finds the call.
    public var fbtraceID: String?
    /// The HTTP status; 200 does occur.
    public var httpStatus: Int
    /// A title for the end user, redacted, on one line.
    public var userTitle: String?
    /// Words for the end user, redacted, on one line.
    public var userMessage: String?
    /// Seconds until it may work again, where Meta said.
    public var retryAfter: Int?
    /// Whether it came from `oauth/…`, where code 1 speaks of the app's settings.
    public var isFromOAuth = false
    /// Whether the call had an `appsecret_proof`.
    public var carriedProof = false
    /// Whether the call was made with the app's token, and not with that of a person or page.
    public var wasAskedByApp = false

    /// A refusal with that code and no more than what all have.
    public init(code: Int, subcode: Int? = nil, message: String, httpStatus: Int) {
        self.code = code
        self.subcode = subcode
        self.message = message
        self.httpStatus = httpStatus
    }
}

extension GraphRefusal {
    /// Code and subcode, as in `190/463`, or the name that stands in for them.
    public var number: String {
        if code == 0, subcode == nil, let type { return type }
        return subcode.map { "\(code)/\($0)" } ?? "\(code)"
    }
}

extension GraphError {
    /// What it means for a call that the transport failed.
    public init(_ error: HTTPError) {
        switch error {
        case .unreachable(let reason): self = .unreachable(reason)
        case .tooLarge(let status): self = .invalidResponse(.tooLarge, status: status)
        }
    }
}
