/// A value that a message may contain.
///
/// There is none for a plain `String`: it could hold a secret, or what a terminal would obey.
package protocol MessageValue {
    /// What the value is called where the manual lists the message, such as `path`.
    static var placeholder: String { get }
    /// The value in a message.
    var textInMessage: String { get }
}

/// The words of a message: literals, and values of the types that may be shown.
package struct MessageText: ExpressibleByStringInterpolation, CustomStringConvertible, Equatable,
    Sendable
{
    /// Part of a message, as the manual prints it.
    package enum Part: Equatable, Sendable {
        case words(String)
        case placeholder(String)
    }

    /// What is printed.
    package private(set) var text = ""
    /// The same with placeholders.
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

        /// Several values, separated by commas.
        package mutating func appendInterpolation(_ values: [some MessageValue]) {
            for (index, value) in values.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
        }

        /// A part that is not in every message.
        package mutating func appendInterpolation(_ part: MessageText) { text += part }

        /// The message of another error.
        ///
        /// The manual lists such a message apart: its exit status is that of the cause.
        package mutating func appendInterpolation(_ cause: Failure) {
            text.append(cause.message.text, as: .placeholder("cause"))
        }
    }

    /// Whether the same is printed.
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
