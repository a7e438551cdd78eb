package import Entries
package import Vault

/// The result of an exchange, which is stored in the vault.
package struct ExchangeResult: Sendable {
    package internal(set) var entry: Entry
    /// Warnings about the token, which is stored nevertheless.
    package internal(set) var warnings: [ExchangeWarning] = []
    /// The mismatch if, according to Meta, the new token belongs to someone else.
    package internal(set) var mismatch: TokenMismatch?
    /// Whether the entry's reference differs from that of the token that was exchanged.
    package internal(set) var isOfOther = false
}

/// A warning about a token that was stored.
package enum ExchangeWarning: Sendable {
    case wrongToken(WrongTokenError)
    /// Some information about the token could not be requested.
    case incomplete(because: GraphRequestError)
    /// The token belongs to `owner`, not to the expected one; `emptied` no longer has a token.
    case ofOther(owner: Reference, emptied: Reference?)
    /// `owner` has a newer token that lasts longer, so the one stored as `pending` was dropped.
    case dropped(pending: Reference, owner: Reference)
    /// The token replaced one of `owner` that was for `app`.
    case replaced(owner: Reference, app: Reference)
}

/// A failure of an exchange; `stored` is the entry with the token that Meta issued.
package enum ExchangeError: Error {
    /// The short-lived token is for an app other than `expected`; `next` is for that app.
    case otherApp(id: String, expected: Reference, next: CommandText?)
    /// The token is a page token, not a user token.
    case pageToken(next: CommandText)
    /// The token is an app token, not a user token.
    case appToken(next: CommandText)
    /// The token of Instagram or Threads is long-lived already, so `next` stores it.
    case longLived(next: CommandText)
    case nothingUnfinished(app: Reference, next: CommandText)
    /// The short-lived token is stored but was not exchanged for a long-lived one.
    case notExchanged(stored: Reference, because: GraphRequestError, next: CommandText)
    /// The information from Meta about the new token could not be saved.
    case factsNotSaved(stored: Reference, because: any Error, next: CommandText)
    /// Meta reports the new token as dead, with this `reason`.
    case dead(stored: Reference, reason: String)
    /// Meta does not accept the new token yet, with this `reason`.
    case notAccepted(stored: Reference, reason: String, next: CommandText)
    /// The new token does not belong to `app`.
    case wrongApp(stored: Reference, app: Reference, TokenMismatch)
    /// The owner of the new token could not be requested.
    case ownerUnavailable(stored: Reference, because: GraphRequestError, next: CommandText)
    /// Meta does not report the owner of the new token.
    case ownerUnknown(stored: Reference, next: CommandText)
    /// An unexpected account logged in, and there is nobody to ask for confirmation.
    case otherAccount(OtherAccount, stored: Reference?, next: CommandText)
    /// The user declined to store the token of `owner`.
    case declined(owner: Reference)
}
