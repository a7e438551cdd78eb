/// A value that a message may contain.
///
/// `String` does not conform: it could contain a secret, or an escape sequence for the terminal.
package protocol MessageValue {
    /// The placeholder for the value in the manual, such as `path`.
    static var placeholder: String { get }
    /// The value as shown in a message.
    var textInMessage: String { get }
}

/// The text of a message, made of literals and of values whose types may be shown.
package struct MessageText: ExpressibleByStringInterpolation, CustomStringConvertible, Equatable,
    Sendable
{
    /// A part of a message, as printed in the manual.
    package enum Part: Equatable, Sendable {
        case words(String)
        case placeholder(String)
    }

    /// The text as printed.
    package private(set) var text = ""
    /// The text with placeholders instead of values.
    package private(set) var parts: [Part] = []

    package var description: String { text }

    package init(stringLiteral words: String) {
        append(words, as: .words(words))
    }

    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.text
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text: MessageText = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ words: String) {
            text.append(words, as: .words(words))
        }

        package mutating func appendInterpolation(_ value: some MessageValue) {
            text.append(value.textInMessage, as: .placeholder(type(of: value).placeholder))
        }

        /// Appends several values, separated by commas.
        package mutating func appendInterpolation(_ values: [some MessageValue]) {
            for (index, value) in values.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
        }

        /// Appends a part that not every form of the message has.
        package mutating func appendInterpolation(_ part: MessageText) { text += part }

        /// Appends the message of another error.
        ///
        /// The manual lists such a message separately, because it has the exit status of its cause.
        package mutating func appendInterpolation(_ cause: Failure) {
            text.append(cause.message.text, as: .placeholder("cause"))
        }
    }

    /// Returns whether both are printed as the same text.
    package static func == (left: MessageText, right: MessageText) -> Bool {
        left.text == right.text
    }

    package static func + (left: MessageText, right: MessageText) -> MessageText {
        var text = left
        text += right
        return text
    }

    package static func += (left: inout MessageText, right: MessageText) {
        left.text += right.text
        left.parts += right.parts
    }

    private mutating func append(_ shown: String, as part: Part) {
        guard !shown.isEmpty else { return }
        text += shown
        parts.append(part)
    }
}
