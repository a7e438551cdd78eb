/// A Graph API error, sent as an `error` object, a status and a `WWW-Authenticate` header.
struct GraphFailure: Error, Equatable {
    var status = 400
    var message: String
    var type = "OAuthException"
    var code: Int
    var subcode: Int?
    var isTransient: Bool?
    var userTitle: String?
    var userMessage: String?
    /// The error name in the `WWW-Authenticate` header.
    var word = "invalid_request"

    /// The members of the `error` object except the trace ID.
    var members: JSONObject {
        var members: JSONObject = ["message": .string(message), "type": .string(type)]
        // In recorded throttles, `is_transient` is before the code, in all other errors after it.
        if isThrottle, let isTransient { members["is_transient"] = .bool(isTransient) }
        members["code"] = .integer(code)
        if let subcode { members["error_subcode"] = .integer(subcode) }
        if let isTransient { members["is_transient"] = .bool(isTransient) }
        if let userTitle { members["error_user_title"] = .string(userTitle) }
        if let userMessage { members["error_user_msg"] = .string(userMessage) }
        return members
    }

    private var isThrottle: Bool { [4, 17, 32, 341, 613].contains(code) || code >= 80000 }

    /// Returns the error name for a code.
    static func word(code: Int, subcode: Int? = nil) -> String {
        switch code {
        case 104, 190: "invalid_token"
        case 101: "invalid_client"
        case 803: "not_found"
        case 100 where [36007, 36008, 36009].contains(subcode): "invalid_code"
        default: "invalid_request"
        }
    }
}

// Errors of the OAuth endpoint.
extension GraphFailure {
    static let missingClientID = GraphFailure(message: "Missing client_id parameter.", code: 101)
    static let malformedClientID = GraphFailure(
        message: "Invalid Client ID", code: 101, word: "invalid_client")
    static let unknownApp = GraphFailure(
        message:
            "Error validating application. Cannot get application info due to a system error.",
        code: 101, word: "invalid_client")
    static let wrongSecret = GraphFailure(message: "Error validating client secret.", code: 1)
    static let secretOfNativeApp = GraphFailure(
        message: "client_secret should not be passed to /oauth/access_token", code: 1)
    static let missingExchangeToken = GraphFailure(
        message: "fb_exchange_token parameter not specified", code: 1)
    static let redirectNotAllowed = GraphFailure(
        message:
            "Invalid redirect_uri: Given URL is not allowed by the Application configuration.",
        code: 191)
    static let codeUsed = code("This authorization code has been used.", 36009)
    static let codeExpired = code("This authorization code has expired.", 36007)
    static let garbageCode = code("Invalid verification code format.", nil)
    static let redirectDiffers = code(
        "Error validating verification code. Please make sure your redirect_uri is identical to the"
            + " one you used in the OAuth dialog request", 36008)

    static let wrongVerifier = code("Invalid code_verifier.", nil)

    static func otherApp(_ id: String) -> GraphFailure {
        GraphFailure(message: "The access token does not belong to application \(id)", code: 1)
    }

    static func missing(_ parameter: String) -> GraphFailure {
        GraphFailure(message: "(#100) The parameter \(parameter) is required", code: 100)
    }

    private static func code(_ message: String, _ subcode: Int?) -> GraphFailure {
        GraphFailure(message: message, code: 100, subcode: subcode, word: "invalid_code")
    }
}

// Errors about an access token.
extension GraphFailure {
    static let tokenRequired = GraphFailure(
        message: "An access token is required to request this resource.", code: 104,
        word: "invalid_token")
    static let activeTokenRequired = GraphFailure(
        message:
            "An active access token must be used to query information about the current user.",
        code: 2500)
    static let userTokenRequired = GraphFailure(
        message: "A user access token is required to request this resource.", code: 102)
    static let unparseable = token("Invalid OAuth access token - Cannot parse access token")
    static let badSignature = token("Invalid OAuth access token signature.")
    static let proofRequired = GraphFailure(
        message: "API calls from the server require an appsecret_proof argument",
        type: "GraphMethodException", code: 100)
    static let wrongProof = GraphFailure(
        message: "Invalid appsecret_proof provided in the API argument",
        type: "GraphMethodException", code: 100)
    static let impersonation = token(
        """
        Any of the pages_read_engagement, pages_manage_metadata,
                pages_read_user_content, pages_manage_ads, pages_show_list or
                pages_messaging permission(s) must be granted before impersonating a
                user's page.
        """)

    static func token(_ message: String, subcode: Int? = nil) -> GraphFailure {
        GraphFailure(message: message, code: 190, subcode: subcode, word: "invalid_token")
    }

    /// Returns an error that repeats the whole token, as the Graph API does if extra characters
    /// were pasted.
    static func malformed(_ token: String) -> GraphFailure {
        .token("Malformed access token \(token)")
    }

    /// Returns the error for a token that is no longer valid.
    static func dead(_ token: Token, reason: Int, at now: Int) -> GraphFailure {
        dead(app: token.app, expiresAt: token.expiresAt, reason: reason, at: now)
    }

    /// Returns the error for a token that is no longer valid.
    static func dead(app: String, expiresAt: Int, reason: Int, at now: Int) -> GraphFailure {
        let subcode = reason == 190 ? nil : reason
        let validating = "Error validating access token: "
        switch reason {
        case 190: return .token("Invalid OAuth access token.")
        case 458:
            return .token(
                validating + "The user has not authorized application \(app).",
                subcode: subcode)
        case 459:
            return .token(
                validating + "You cannot access the app till you log in to www.facebook.com and"
                    + " follow the instructions given.", subcode: subcode)
        case 460:
            return .token(
                validating + "The session has been invalidated because the user changed their"
                    + " password or Facebook has changed the session for security reasons.",
                subcode: subcode)
        case 463:
            let end = GraphTime.inMessage(expiresAt)
            return .token(
                validating + "Session has expired on \(end). The current time is"
                    + " \(GraphTime.inMessage(now)).", subcode: subcode)
        case 464:
            return .token(
                validating + "Sessions for the user are not allowed because the user is not a"
                    + " confirmed user.", subcode: subcode)
        case 467:
            return .token(
                validating + "The session is invalid because the user logged out.",
                subcode: subcode)
        case 492:
            return .token(
                "The user must be an administrator, editor, or moderator of the page in order to"
                    + " impersonate it. If the page business requires Two Factor Authentication, the"
                    + " user also needs to enable Two Factor Authentication.", subcode: subcode)
        case 493:
            return .token(
                "The access token is invalid since the user hasn't engaged the app in longer than"
                    + " 90 days.", subcode: subcode)
        default:
            return .token(validating + "The session has been invalidated.", subcode: subcode)
        }
    }
}

// Errors about a path or a parameter.
extension GraphFailure {
    static func unknownPath(_ segments: some Sequence<String>) -> GraphFailure {
        let path = segments.map { "/" + $0 }.joined()
        return GraphFailure(message: "Unknown path components: \(path)", code: 2500)
    }

    static func unsupported(method: String, id: String) -> GraphFailure {
        // The ID of a post is that of its page, an underscore and a number.
        let isID = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard isID else {
            return GraphFailure(
                status: 404,
                message: "(#803) Some of the aliases you requested do not exist: \(id)", code: 803,
                word: "not_found")
        }
        return GraphFailure(
            message: "Unsupported \(method.lowercased()) request. Object with ID '\(id)' does not"
                + " exist, cannot be loaded due to missing permissions, or does not support this"
                + " operation. Please read the Graph API documentation at"
                + " https://developers.facebook.com/docs/graph-api",
            type: "GraphMethodException", code: 100, subcode: 33)
    }

    static func unknownField(_ field: String, of type: String) -> GraphFailure {
        GraphFailure(
            message: "(#100) Tried accessing nonexisting field (\(field)) on node type (\(type))",
            code: 100)
    }

    static let limitNotInteger = GraphFailure(
        message: "(#100) Param limit must be an integer", code: 100)
    static let invalidCursor = GraphFailure(message: "(#2642) Invalid cursors values", code: 2642)
    static let cursorTooFar = GraphFailure(
        message:
            "(#100) The After Cursor specified exceeds the max limit supported by this endpoint",
        code: 100)
    static let tooMuchData = GraphFailure(
        status: 500,
        message:
            "Please reduce the amount of data you're asking for, then retry your request", code: 1)
    static let notADeveloper = GraphFailure(
        message: "(#100) You must provide an app access token, or a user access token that is an"
            + " owner or developer of the app", code: 100)
    static let appsDiffer = GraphFailure(
        message: "(#100) The App_id in the input_token did not match the Viewing App", code: 100)
}
