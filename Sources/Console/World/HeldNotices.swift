import Synchronization

/// What a person is to be told besides the result, kept back with `--json` until it is known how the
/// command ends: an error is one document on standard error, with nothing before it.
package final class HeldNotices: Sendable {
    private let texts = Mutex<[(text: String, line: String)]>([])

    /// Keeps `text`, which is `line` where no document takes it in.
    package func hold(_ text: String, as line: String) {
        texts.withLock { $0.append((text, line)) }
    }

    /// The texts, for a document; none of them is told again.
    package func takeTexts() -> [String] { take().map(\.text) }

    /// The lines, for standard error; none of them is told again.
    package func takeLines() -> [String] { take().map(\.line) }

    private func take() -> [(text: String, line: String)] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}
