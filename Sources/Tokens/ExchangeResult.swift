package import Entries
package import Vault

/// What an exchange stored in the end.
package struct ExchangeResult: Sendable {
    package internal(set) var entry: Entry
    /// What a person should know; the token is stored all the same.
    package internal(set) var warnings: [ExchangeWarning] = []
    /// That Meta calls the new token somebody else's.
    package internal(set) var mismatch: TokenMismatch?
    /// Whether it is stored under another name than that of the token it was exchanged for.
    package internal(set) var isOfOther = false
}

/// What a person should know of a token that was stored.
package enum ExchangeWarning: Sendable {
    case wrongToken(WrongTokenError)
    /// Not all could be asked.
    case incomplete(because: GraphRequestError)
    /// It belongs to another than its name says, or than was expected; `emptied` has no token any more.
    case ofOther(owner: Reference, emptied: Reference?)
    /// `owner` has a newer token that lasts longer, and the one stored as `pending` was dropped.
    case dropped(pending: Reference, owner: Reference)
    /// The token of `owner` was one for `app` until now.
    case replaced(owner: Reference, app: Reference)
}

/// Why an exchange ends without its result; what Meta issued is where `stored` says.
package enum ExchangeError: Error {
    /// The short-lived token was made for another app than `expected`; `next` is for that app.
    case otherApp(id: String, expected: Reference, next: CommandText?)
    /// It is a page's token and no user's.
    case pageToken(next: CommandText)
    /// It is an app's token and no user's.
    case appToken(next: CommandText)
    case nothingUnfinished(app: Reference, next: CommandText)
    /// The short-lived token is stored, but not exchanged for a long-lived one.
    case notExchanged(stored: Reference, because: GraphRequestError, next: CommandText)
    /// What Meta says of the new token could not be saved.
    case answersNotSaved(stored: Reference, because: any Error, next: CommandText)
    /// Meta calls the new token dead, in the words of `reason`.
    case dead(stored: Reference, reason: String)
    /// Meta does not accept the new token yet, for `reason`.
    case notAccepted(stored: Reference, reason: String, next: CommandText)
    /// The new token does not belong to `app`.
    case wrongApp(stored: Reference, app: Reference, TokenMismatch)
    /// Whose the new token is could not be asked.
    case ownerNotAsked(stored: Reference, because: GraphRequestError, next: CommandText)
    /// Meta does not say whose the new token is.
    case ownerUnknown(stored: Reference, next: CommandText)
    /// Another account logged in than was expected, and there is nobody to ask whether that is right.
    case otherAccount(OtherAccount, stored: Reference?, next: CommandText)
    /// The person did not want the token of `owner`.
    case declined(owner: Reference)
}
