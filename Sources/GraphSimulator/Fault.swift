/// Something that goes wrong on purpose.
public struct Fault: Sendable, Decodable {
    /// What goes wrong; the raw value is the name in JSON.
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
    public var match: String
    /// What happens.
    public var kind: Kind
    /// How often; nil is always.
    public var times: Int?
    /// How many matching requests are spared first.
    public var after: Int?
    /// The HTTP status of an answer that replaces Graph's.
    public var status: Int?
    /// The error's code.
    public var code: Int?
    /// The error's subcode.
    public var subcode: Int?
    /// The error's message, or the body of `text` and `html`.
    public var message: String?
    /// The error's type.
    public var type: String?
    /// The error's `is_transient`; nil leaves it out.
    public var isTransient: Bool?
    /// The error's `error_user_title`.
    public var errorUserTitle: String?
    /// The error's `error_user_msg`.
    public var errorUserMsg: String?
    /// Headers to add, any strings.
    public var headers: [String: String]?
    /// The size of an `oversized` body.
    public var bytes: Int?
    /// How long `slow` waits.
    public var seconds: Double?
    /// Where `redirect` points, or the start of the URL of `foreign-next`.
    public var location: String?
    /// The `expires_in` that `expires-in` gives, nil leaves it out; the object whose members `extra`
    /// adds to the answer and `data` to its `data`, where null takes a member away.
    public var value: JSONValue?
    /// The largest `limit` that it lets pass; 100 for `too-much-data` unless it says otherwise.
    public var limit: Int?

    /// A fault at an endpoint; the rest is set by its properties.
    public init(_ kind: Kind, at match: String = "*", times: Int? = nil, after: Int? = nil) {
        self.kind = kind
        self.match = match
        self.times = times
        self.after = after
    }

    /// Reads a JSON array of faults, as `POST /_simulator/faults` takes it.
    public static func array(json: some Sequence<UInt8>) throws(StateError) -> [Fault] {
        try StrictJSON.decode([Fault].self, from: json)
    }
}

/// A fault and what has become of it so far.
struct ArmedFault {
    let fault: Fault
    private var seen = 0
    private var fired = 0

    init(_ fault: Fault) { self.fault = fault }

    /// Whether it strikes this request, which is counted.
    mutating func strikes(_ call: Call) -> Bool {
        guard fault.match == "*" || fault.match == call.endpoint.rawValue else { return false }
        let limit = fault.limit ?? (fault.kind == .tooMuchData ? 100 : nil)
        if let limit, call.limit ?? 25 <= limit { return false }
        seen += 1
        guard seen > fault.after ?? 0, fault.times.map({ fired < $0 }) ?? true else { return false }
        fired += 1
        return true
    }
}
