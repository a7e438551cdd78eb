package import Vault

/// Why an entry cannot be found, named or used.
///
/// It never contains what the user typed, because someone will type a token.
package enum EntryError: Error {
    /// The text is not a reference; `nearestKind` is a kind with a similar name.
    case notAReference(nearestKind: Reference.Kind?)
    /// There is no such entry; `similar` are entries with similar references.
    case notFound(Reference, similar: [Entry])
    /// No entry of the kind has the given name.
    case noSuchName(Reference.Kind, similar: [Entry])
    case severalOfThatName([Reference])
    /// The vault has no entry of the kind; the command `next` creates one.
    case noneOfKind(Reference.Kind, next: CommandText)
    /// The vault has several entries of the kind, so `option`, or the argument if it is `nil`, must
    /// select one.
    case severalOfKind(Reference.Kind, option: String?, [Reference])
    /// The value of `option`, or the argument if it is `nil`, is an entry of another kind.
    case otherKind(Reference.Kind, option: String?)
    /// The name is longer than this many bytes.
    case nameTooLong(limit: Int)
    /// The name could be mistaken for an ID.
    case nameIsNumber
    /// The token does not meet a requirement; the command `renewal` gets a new one.
    case unfit(Entry, TokenRequirements.Shortcoming, renewal: CommandText)
}
