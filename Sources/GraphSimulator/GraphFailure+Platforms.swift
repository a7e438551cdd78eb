// Errors of Instagram and Threads that Facebook does not have.
extension GraphFailure {
    /// An app ID that is not of Instagram, such as that of the Facebook app.
    static let invalidPlatformApp = GraphFailure(message: "Invalid platform app", code: 400)
    static let noMatchingCode = GraphFailure(
        message: "Matching code was not found or was already used", code: 400)
    static let wrongGrantType = GraphFailure(
        message: "(#100) Param grant_type is not valid for this call", code: 100)
    // The wording of the following two is not verified.
    /// The exchange of a token that is long-lived already.
    static let sessionKeyInvalid = GraphFailure(
        message: "Session key invalid. This could be because the session key has an incorrect"
            + " format, or because the user has revoked this session", code: 452)
    /// The refresh of a token in its first 24 hours.
    static let tooYoung = GraphFailure(
        message: "(#100) The access token must be at least 24 hours old to be refreshed", code: 100)

    /// Returns an error that repeats the secret, as both platforms do.
    static func invalidClientSecret(_ secret: String) -> GraphFailure {
        GraphFailure(
            message: "Invalid client_secret: \(secret)", code: 101, word: "invalid_client")
    }

    /// The members of an error in `debug_token`, whose key is `subcode` instead of
    /// `error_subcode`.
    var debugMembers: JSONObject {
        var members: JSONObject = ["code": .integer(code), "message": .string(message)]
        if let subcode { members["subcode"] = .integer(subcode) }
        return members
    }
}

extension GraphResponse {
    /// Creates an error in the format of api.instagram.com, which has neither an `error` object
    /// nor a `WWW-Authenticate` header.
    init(legacy failure: GraphFailure) {
        self.init([
            "error_type": .string(failure.type), "code": 400,
            "error_message": .string(failure.message),
        ])
        status = 400
    }
}
