package import Vault

/// The result of renewing one token.
package enum RefreshResult: Sendable {
    case renewed
    /// Meta returned the same expiry again.
    case notExtended
    /// The token of Instagram or Threads is younger than 24 hours, so it cannot be renewed yet.
    case tooYoung
    /// Another machine renewed the token since it was chosen, so Meta was not asked.
    case renewedElsewhere
    /// The old token was kept.
    case kept(KeptTokenReason)
    case needsLogin(LoginReason)
    case failed(any Error)
    /// The renewal failed, as would all others of `app` or, if that is `nil`, all others.
    case stopped(any Error, app: Reference?)

    package var isRenewed: Bool { if case .renewed = self { true } else { false } }
    package var isTooYoung: Bool { if case .tooYoung = self { true } else { false } }
}

/// The reason why the old token was kept although Meta issued a new one.
///
/// `stored` is the entry that holds the new token, if any.
package enum KeptTokenReason: Sendable {
    case newTokenDead
    case newTokenOfOther(TokenMismatch, stored: Reference)
    /// Meta does not report the new token as valid.
    case newTokenUnclear(stored: Reference)
    /// The new token lacks scopes that the old one has.
    case scopesLost([String], stored: Reference)
    /// Meta does not report when the new token expires.
    case endUnknown(stored: Reference)
    /// Another process replaced the old or the new token.
    case replacedMeanwhile(stored: Reference?)
}

/// The reason why the user has to log in for a token.
package enum LoginReason: Sendable {
    /// The entry holds someone else's token.
    case mismatch(TokenMismatch)
    case refused(GraphRequestError)
}

/// The reason why a token was not renewed.
package enum RefreshError: Error {
    /// The token belongs to another app.
    case ofOtherApp(TokenMismatch)
    /// Another process removed the token.
    case removedMeanwhile(Reference)
    /// Instagram or Threads does not refresh the token, and does not say why.
    case notRefreshable(GraphRequestError)
    /// The refresh ended before this token.
    case skipped
    /// The token was skipped because of a failure that would affect it too.
    case skippedBecause(any Error)
}
