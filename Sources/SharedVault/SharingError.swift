/// An error of a vault that is shared.
package enum SharingError: Error, Equatable {
    /// The file is larger than 16 MiB.
    case tooLarge
    /// The change would exceed the number of saves that a vault counts.
    case exhausted
    /// A file next to the vault, with what waits to be shared, is damaged.
    case damagedFile(path: String)
    /// The store has no vault of this ID, or another one.
    case otherVault
    /// A bug: the protocol and what makes its steps do not agree.
    case outOfStep
}
