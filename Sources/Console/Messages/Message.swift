/// What a command can fail with, and its words.
///
/// Errors that carry data conform to it next to the words: one exhaustive switch gives the ID, the exit
/// status, the text and the hint of each case. To add a message, see .github/CONTRIBUTING.md.
package protocol Message: FailureConvertible {
    associatedtype ID: MessageID
    /// At least one for each ID, and one for each form that the text can take; for tests and the manual.
    static var samples: [Self] { get }
}

/// The names of the messages of one subject.
///
/// Each has a paragraph in `Scripts/errors.d/ID.mdoc`.
package protocol MessageID: RawRepresentable<String>, CaseIterable, Sendable {}
