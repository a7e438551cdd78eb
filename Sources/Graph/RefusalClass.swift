extension GraphRefusal {
    /// The kinds of refusals, by what can be done about them.
    public enum Class: Hashable, Sendable {
        /// A temporary error: try again in a moment.
        case transient
        /// Too many calls: try again later.
        case throttled
        /// Meta blocked the call for policy reasons: wait, but do not retry.
        case blocked
        /// The token is dead: the user must log in again.
        case deadToken(Death)
        /// The authorization code is no longer valid: get a new one.
        case deadCode(CodeDeath)
        /// The user must resolve something on facebook.com.
        case person
        /// A permission, role or task is missing; the token itself may be valid.
        case permission
        /// The app's settings are wrong, or they do not match the call.
        case configuration(Setting)
        /// A parameter is wrong.
        case request
        /// The response would be too large: request less at a time.
        case tooMuchData
    }

    /// The reason why a token is dead.
    public enum Death: Hashable, Sendable, CaseIterable {
        /// It expired.
        case expired
        /// The user changed the password, or Meta ended the session.
        case passwordChanged
        /// The user removed the app.
        case removedApp
        /// The user logged out.
        case loggedOut
        /// The user has not used the app for 90 days.
        case unused
        /// Meta does not report the reason.
        case unclear
    }

    /// The reason why an authorization code is no longer valid.
    public enum CodeDeath: Hashable, Sendable, CaseIterable {
        /// It expired.
        case expired
        /// It was already exchanged.
        case used
    }

    /// The setting of the app that is wrong or does not match the call.
    public enum Setting: Hashable, Sendable, CaseIterable {
        /// The app does not exist.
        case appID
        /// The app secret is wrong.
        case appSecret
        /// The token belongs to another app.
        case otherApp
        /// Meta has blocked or deactivated the app.
        case blockedApp
        /// The app only allows calls from certain IP addresses, not including this machine's.
        case address
        /// The app lacks a capability that the call requires.
        case capability
        /// The app is a native app, which has no usable secret.
        case nativeApp
        /// The `appsecret_proof` does not match the app secret.
        case proof
        /// The app requires `appsecret_proof`, but the call had none.
        case missingProof
        /// The call requires an app token, but was made without the app secret.
        case missingSecret
        /// The redirect URI is not registered for the app, or differs from the one in the dialog.
        case redirect
        /// The version does not exist or no longer exists.
        case version
        /// Meta does not report which.
        case unclear
    }

    /// The policy for retrying a refused call automatically.
    public enum Repetition: Sendable {
        case never
        /// After a short wait, at most twice.
        case soon
        /// Once, if Meta announces a wait of a few seconds.
        case ifShort
    }

    /// The class of the refusal according to `RefusalTable`.
    public var classification: Class {
        RefusalTable.rows.first { $0.matches(self) }?.classification ?? .request
    }
}

extension GraphRefusal.Class {
    /// The policy for retrying the call automatically.
    public var repetition: GraphRefusal.Repetition {
        switch self {
        case .transient: .soon
        case .throttled: .ifShort
        case .blocked, .deadToken, .deadCode, .person, .permission, .configuration, .request,
            .tooMuchData:
            .never
        }
    }

    /// Whether the token is dead, for any reason.
    public var isDeadToken: Bool {
        if case .deadToken = self { true } else { false }
    }
}
