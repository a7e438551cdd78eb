package import Vault

/// Why an entry cannot be found, named or used.
///
/// What was typed is never in it: somebody will type a token.
package enum EntryError: Error {
    /// The text is not a reference; `nearestKind` is the kind that may have been meant.
    case notAReference(nearestKind: Reference.Kind?)
    /// There is no such entry; `similar` are some that may have been meant.
    case notFound(Reference, similar: [Entry])
    /// No entry of the kind has the name that was given.
    case noSuchName(Reference.Kind, similar: [Entry])
    case severalOfThatName([Reference])
    /// The vault has no entry of the kind, and `next` makes one.
    case noneOfKind(Reference.Kind, next: CommandText)
    /// Which of several is meant has to be said with `option`.
    case severalOfKind(Reference.Kind, option: String, [Reference])
    /// `option` names an entry of another kind.
    case otherKind(Reference.Kind, option: String)
    /// The name has more than this many bytes.
    case nameTooLong(limit: Int)
    /// The name could be taken for an id.
    case nameIsNumber
    /// The token does not meet a requirement; `renewal` gets one that does.
    case unfit(Entry, TokenRequirements.Shortcoming, renewal: CommandText)
}
