/// The messages of one subject.
///
/// Types of errors conform to it in this folder. In one exhaustive switch, each case gets its ID,
/// exit status, text and hint. To add a message, see .github/CONTRIBUTING.md.
package protocol Message: FailureConvertible {
    associatedtype ID: MessageID
    /// Examples for tests and the manual: at least one for each ID, and one for each form of the
    /// text.
    static var samples: [Self] { get }
}

/// The IDs of the messages of one subject.
///
/// Each ID has a paragraph in `Scripts/errors.d/ID.mdoc`.
package protocol MessageID: RawRepresentable<String>, CaseIterable, Sendable {}
