public import HTTP

/// A failure of a call to the Graph API.
public enum GraphError: Error, Equatable, Sendable {
    /// The Graph API responded with an error object.
    case refused(GraphRefusal)
    /// There was no complete response.
    case unreachable(Unreachable)
    /// The Graph API failed without an error object.
    ///
    /// The HTTP status is 500 or higher, or the response is a web page. `retryAfter` is the number
    /// of seconds to wait, if the Graph API sent one.
    case serverError(status: Int, retryAfter: Int? = nil)
    /// HTTP status 429 without an error object; the number of seconds to wait, if the Graph API
    /// sent one.
    case tooManyCalls(retryAfter: Int?)
    /// The response is from a proxy, a firewall or another server, not from the Graph API.
    case notGraph(status: Int)
    /// The response is not one that the Graph API sends.
    case invalidResponse(ResponseProblem, status: Int)

    /// The reason why there was no complete response.
    public typealias Unreachable = HTTPError.Unreachable

    /// The problem with an invalid response.
    public enum ResponseProblem: Equatable, Sendable {
        /// The body is empty.
        case empty
        /// The body is not JSON, or truncated JSON.
        case notJSON
        /// The JSON has an unexpected shape; this key is missing or has a wrong value.
        case shape(String)
        /// The body is larger than 4 MiB.
        case tooLarge
        /// The body is compressed, although the request did not allow that.
        case encoded
        /// The response is a redirect, which is never followed.
        case redirect
        /// A cursor of the list occurs twice.
        case repeatedCursor
        /// The list has too many result pages.
        case endlessList
    }
}

/// The Graph API's error object, with all secrets redacted.
public struct GraphRefusal: Equatable, Sendable {
    /// Meta's message, redacted, on one line.
    public var message: String
    /// The error type, such as `OAuthException`.
    public var type: String?
    /// Meta's error code.
    public var code: Int
    /// Meta's `error_subcode`.
    public var subcode: Int?
    /// Whether Meta marked the error as transient.
    public var isTransient = false
    /// The ID with which Meta can look up the call.
    public var fbtraceID: String?
    /// The HTTP status, which can be 200.
    public var httpStatus: Int
    /// Meta's title for the end user, redacted, on one line.
    public var userTitle: String?
    /// Meta's message for the end user, redacted, on one line.
    public var userMessage: String?
    /// The number of seconds to wait, if Meta sent one.
    public var retryAfter: Int?
    /// Whether it came from `oauth/…`, where code 1 is about the app's settings.
    public var isFromOAuth = false
    /// Whether the call had an `appsecret_proof`.
    public var carriedProof = false
    /// Whether the call was made with the app's token instead of a token of a user or page.
    public var usedAppToken = false

    /// Creates a refusal from the values that every refusal has.
    public init(code: Int, subcode: Int? = nil, message: String, httpStatus: Int) {
        self.code = code
        self.subcode = subcode
        self.message = message
        self.httpStatus = httpStatus
    }
}

extension GraphRefusal {
    /// The code and subcode, as in `190/463`, or the name used instead of a code.
    public var number: String {
        if code == 0, subcode == nil, let type { return type }
        return subcode.map { "\(code)/\($0)" } ?? "\(code)"
    }
}

extension GraphError {
    /// Creates the error for a call whose transport failed.
    public init(_ error: HTTPError) {
        switch error {
        case .unreachable(let reason): self = .unreachable(reason)
        case .tooLarge(let status): self = .invalidResponse(.tooLarge, status: status)
        }
    }
}

extension GraphError {
    /// The error for a request that there was no client for.
    public static var nothingSent: GraphError { .unreachable(.noConnection) }
}
