extension GraphRefusal {
    /// What can be done about a refusal.
    public enum Class: Equatable, Sendable {
        /// It may work in a moment.
        case passing
        /// Too many calls: it works again later.
        case throttled
        /// Meta blocks for reasons of policy; waiting helps, asking again does not.
        case blocked
        /// The token is dead: a new login is needed.
        case deadToken
        /// The person has something to settle on facebook.com.
        case person
        /// A permission, role or task is missing; the token itself may live.
        case permission
        /// App id, app secret, proof, redirect address or API version.
        case configuration
        /// A parameter is wrong.
        case request
        /// The answer would be too large: ask for less at a time.
        case tooMuchData
    }

    /// The class, by code and subcode.
    public var classification: Class {
        switch (code, subcode) {
        case (1, _): classOfUnknownError
        case (2, _), (960, _): .passing
        case (3, _), (101, _), (104, _), (191, _), (2635, _): .configuration
        case (4, _), (17, _), (32, _), (341, _), (613, _), (80_000...80_014, _): .throttled
        case (10, _), (200...299, _): .permission
        case (100, 33): .permission
        case (100, 36_007), (100, 36_009): .deadToken
        case (100, 36_008): .configuration
        case (100, _): speaksOfProof ? .configuration : .request
        case (102, 459), (102, 464), (102, 490), (190, 459), (190, 464), (190, 490): .person
        case (102, 492), (190, 492): .permission
        case (190, 2_069_032): .request
        case (190, nil) where speaksOfImpersonation: .permission
        case (190, nil) where speaksOfTokenKind: .request
        case (102, _), (190, _), (450, _), (452, _): .deadToken
        case (368, _): .blocked
        case (459, _), (483, _): .person
        case (2500, _): speaksOfPath ? .configuration : .request
        default: isTransient || httpStatus >= 500 ? .passing : .request
        }
    }

    /// Code 1 is "unknown, possibly temporary", except where it is neither.
    private var classOfUnknownError: Class {
        if says("reduce the amount of data") { return .tooMuchData }
        let settings = [
            "client secret", "client_secret", "does not belong to application",
            "parameter not specified",
        ]
        if settings.contains(where: says) { return .configuration }
        if subcode == 99 || isTransient || httpStatus >= 500 || !isFromOAuth { return .passing }
        return .configuration
    }

    // Meta reuses some codes for faults of quite different kinds, and only the words tell.
    private var speaksOfProof: Bool { says("appsecret_proof") }
    private var speaksOfPath: Bool { says("unknown path components") }
    private var speaksOfImpersonation: Bool { says("must be granted before impersonating") }

    private var speaksOfTokenKind: Bool { says("must be called with a page access token") }

    private func says(_ words: String) -> Bool {
        message.lowercased().contains(words)
    }
}
