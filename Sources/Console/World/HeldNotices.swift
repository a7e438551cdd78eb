import Synchronization

/// Notes and warnings that `--json` holds back until the command has ended.
///
/// If it fails, the error document must be the only output on standard error.
package final class HeldNotices: Sendable {
    private let texts = Mutex<[(text: String, line: String)]>([])

    /// Holds back `text`, which is printed as `line` unless an error document contains it.
    package func hold(_ text: String, as line: String) {
        texts.withLock { $0.append((text, line)) }
    }

    /// Removes all notices and returns their texts, for an error document.
    package func takeTexts() -> [String] { take().map(\.text) }

    /// Removes all notices and returns their lines, for standard error.
    package func takeLines() -> [String] { take().map(\.line) }

    private func take() -> [(text: String, line: String)] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}
