extension GraphRefusal {
    /// What can be done about a refusal.
    public enum Class: Hashable, Sendable {
        /// It may work in a moment.
        case transient
        /// Too many calls: it works again later.
        case throttled
        /// Meta blocks for reasons of policy; waiting helps, asking again does not.
        case blocked
        /// The token is dead: a new login is needed.
        case deadToken(Death)
        /// The authorization code serves no more: a new one is needed.
        case deadCode(CodeDeath)
        /// The person has something to settle on facebook.com.
        case person
        /// A permission, role or task is missing; the token itself may live.
        case permission
        /// Something is wrong with the app or with what the call says of it.
        case configuration(Setting)
        /// A parameter is wrong.
        case request
        /// The answer would be too large: ask for less at a time.
        case tooMuchData
    }

    /// What a token died of.
    public enum Death: Hashable, Sendable, CaseIterable {
        /// Its time was over.
        case expired
        /// The person changed the password, or Meta ended the session.
        case passwordChanged
        /// The person removed the app.
        case removedApp
        /// The person logged out.
        case loggedOut
        /// The person has not used the app for 90 days.
        case unused
        /// Meta does not say.
        case unclear
    }

    /// Why a code serves no more.
    public enum CodeDeath: Hashable, Sendable, CaseIterable {
        /// Its time was over.
        case expired
        /// It was exchanged before.
        case used
    }

    /// What is wrong with the app or with what the call says of it.
    public enum Setting: Hashable, Sendable, CaseIterable {
        /// No such app.
        case appID
        /// Not that app's secret.
        case appSecret
        /// The token is another app's.
        case otherApp
        /// Meta has blocked or deactivated the app.
        case blockedApp
        /// The app takes calls from certain addresses only, and this machine's is not among them.
        case address
        /// The app lacks a capability that the call needs.
        case capability
        /// The app is one without a server, which has no secret.
        case nativeApp
        /// Not a proof by that app's secret.
        case proof
        /// The app wants a proof, and none was sent.
        case missingProof
        /// Only the app may ask this, and the call was made without its secret.
        case missingSecret
        /// The redirect address is not the app's, or not the same as before.
        case redirect
        /// The version does not exist, or not any more.
        case version
        /// Meta does not say.
        case unclear
    }

    /// Whether a call that was refused is made again by itself.
    public enum Repetition: Sendable {
        case never
        /// After a moment, twice at the most.
        case soon
        /// Once, if Meta says that it is a matter of seconds.
        case ifShort
    }

    /// The class, by the table.
    public var classification: Class {
        RefusalTable.rows.first { $0.fits(self) }?.classification ?? .request
    }
}

extension GraphRefusal.Class {
    /// Whether asking again may help.
    public var repetition: GraphRefusal.Repetition {
        switch self {
        case .transient: .soon
        case .throttled: .ifShort
        case .blocked, .deadToken, .deadCode, .person, .permission, .configuration, .request,
            .tooMuchData:
            .never
        }
    }

    /// Whether the token is dead, whatever of.
    public var isDeadToken: Bool {
        if case .deadToken = self { true } else { false }
    }
}
