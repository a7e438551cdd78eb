/// An injected fault.
public struct Fault: Sendable, Decodable {
    /// The kind of a fault; the raw value is its name in JSON.
    public enum Kind: String, Sendable, Decodable {
        case error
        case html
        case text
        case truncated
        case cutOff = "cut-off"
        case chunked
        case empty
        case oversized
        case slow
        case reset
        case redirect
        case formEncoded = "form-encoded"
        case expiresIn = "expires-in"
        case extra
        case gzip
        case echo
        case usage
        case idsAsNumbers = "ids-as-numbers"
        case withoutOwner = "without-owner"
        case data
        case brokenNames = "broken-names"
        case emptyPage = "empty-page"
        case repeatCursor = "repeat-cursor"
        case foreignNext = "foreign-next"
        case duplicatePage = "duplicate-page"
        case tooMuchData = "too-much-data"
    }

    /// The endpoint: `oauth/access_token`, `debug_token`, `accounts`, `me`, `page`, … or `*`.
    ///
    /// On Instagram and Threads, it begins with the platform: `instagram/refresh_access_token`,
    /// `threads/me`, `threads/*`.
    public var match: String
    /// The kind of the fault.
    public var kind: Kind
    /// The number of requests to affect, or `nil` for all.
    public var times: Int?
    /// The number of matching requests to skip first.
    public var after: Int?
    /// The HTTP status of a response that replaces the Graph API's.
    public var status: Int?
    /// The error's code.
    public var code: Int?
    /// The error's subcode.
    public var subcode: Int?
    /// The error's message, or the body for `text` and `html`.
    public var message: String?
    /// The error's type.
    public var type: String?
    /// The error's `is_transient`, or `nil` to omit it.
    public var isTransient: Bool?
    /// The error's `error_user_title`.
    public var errorUserTitle: String?
    /// The error's `error_user_msg`.
    public var errorUserMsg: String?
    /// The headers to add; any strings are allowed.
    public var headers: [String: String]?
    /// The size of an `oversized` body.
    public var bytes: Int?
    /// The delay of `slow` in seconds.
    public var seconds: Double?
    /// The target of `redirect`, or the start of the URL of `foreign-next`.
    public var location: String?
    /// The value of the fault.
    ///
    /// For `expires-in`, this is the `expires_in`, or `nil` to omit it. For `extra` and `data`, it
    /// is an object whose members are added to the response or its `data`; with `data`, null
    /// removes a member.
    public var value: JSONValue?
    /// The largest `limit` of requests that are not affected; 100 by default for `too-much-data`.
    public var limit: Int?

    /// Creates a fault at an endpoint; set further properties as needed.
    public init(_ kind: Kind, at match: String = "*", times: Int? = nil, after: Int? = nil) {
        self.kind = kind
        self.match = match
        self.times = times
        self.after = after
    }

    /// Decodes a JSON array of faults, the body of `POST /_simulator/faults`.
    public static func array(json: some Sequence<UInt8>) throws(StateError) -> [Fault] {
        try StrictJSON.decode([Fault].self, from: json)
    }
}

/// A fault with its counters.
struct ArmedFault {
    let fault: Fault
    private var seen = 0
    private var fired = 0

    init(_ fault: Fault) { self.fault = fault }

    /// Counts the call if it matches, and returns whether the fault affects it.
    mutating func fires(for call: Call) -> Bool {
        guard call.matches(fault.match) else { return false }
        let limit = fault.limit ?? (fault.kind == .tooMuchData ? 100 : nil)
        if let limit, call.limit ?? 25 <= limit { return false }
        seen += 1
        guard seen > fault.after ?? 0, fault.times.map({ fired < $0 }) ?? true else { return false }
        fired += 1
        return true
    }
}
