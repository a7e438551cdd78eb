package import Vault

/// What became of one token that was to be renewed.
package enum RefreshResult: Sendable {
    case renewed
    /// Meta gave the same end again.
    case notExtended
    /// The old token stays.
    case kept(KeptTokenReason)
    case needsLogin(LoginReason)
    case failed(any Error)
    /// It failed, and so would all others of that app or, without one, all others now.
    case stopped(any Error, app: Reference?)

    package var isRenewed: Bool { if case .renewed = self { true } else { false } }
}

/// Why an old token stays, though Meta issued a new one; `stored` is where the new one is, if anywhere.
package enum KeptTokenReason: Sendable {
    case newTokenDead
    case newTokenOfOther(TokenMismatch, stored: Reference)
    /// Meta does not say that the new token is valid.
    case newTokenUnclear(stored: Reference)
    /// The new token lacks scopes that the old one has.
    case scopesLost([String], stored: Reference)
    /// Meta does not say when the new token ends.
    case endUnknown(stored: Reference)
    /// Another process put a token in the place of one of both.
    case replacedMeanwhile(stored: Reference?)
}

/// Why a person has to log in for a token.
package enum LoginReason: Sendable {
    /// The entry holds somebody else's token.
    case mismatch(TokenMismatch)
    case refused(GraphRequestError)
}

/// Why a token was not renewed.
package enum RefreshError: Error {
    /// It is another app's.
    case ofOtherApp(TokenMismatch)
    /// Another process removed it.
    case removedMeanwhile(Reference)
    /// Nobody came to it.
    case notAsked
    /// What failed for another token would fail for this one too.
    case notAskedBecause(any Error)
}
