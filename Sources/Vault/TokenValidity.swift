/// Whether a token is valid, as far as Meta has said.
public enum TokenValidity: Equatable, Sendable {
    /// Nobody has asked Meta since the token was stored.
    case unknown
    /// Meta reported it as valid.
    case valid
    /// Meta reported it as invalid, or as someone else's.
    case invalid(reason: String?)
    /// It may have become invalid since Meta was asked.
    case unverified(reason: String)

    /// Why the token is invalid, or may be.
    public var reason: String? {
        switch self {
        case .unknown, .valid: nil
        case .invalid(let reason): reason
        case .unverified(let reason): reason
        }
    }

    /// Whether Meta reported the token as invalid.
    public var isInvalid: Bool {
        if case .invalid = self { true } else { false }
    }

    /// Whether the token may have become invalid since Meta was asked.
    public var isUnverified: Bool {
        if case .unverified = self { true } else { false }
    }
}

extension TokenValidity {
    /// Creates the validity that the metadata keys `valid` and `reason` describe.
    init(valid: Bool?, reason: String?) {
        self =
            switch (valid, reason) {
            case (true, _): .valid
            case (false, let reason): .invalid(reason: reason)
            case (nil, let reason?): .unverified(reason: reason)
            case (nil, nil): .unknown
            }
    }
}

extension Metadata {
    /// Whether the token is valid: the keys `valid` and `reason`.
    public var validity: TokenValidity {
        get { TokenValidity(valid: valid, reason: reason) }
        set {
            valid =
                switch newValue {
                case .valid: true
                case .invalid: false
                case .unknown, .unverified: nil
                }
            reason = newValue.reason
        }
    }
}
