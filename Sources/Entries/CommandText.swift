package import Vault

/// A value that can be a word of a shell command.
package protocol CommandWord {
    var textInCommand: String { get }
}

extension Reference: CommandWord {
    package var textInCommand: String { description }
}

/// A command for the user to type.
///
/// It consists only of literals, references, numbers and words that were quoted for a shell.
package struct CommandText: ExpressibleByStringInterpolation, CustomStringConvertible, Hashable,
    Sendable
{
    package let text: String

    package var description: String { text }

    package init(stringLiteral text: String) { self.text = text }

    package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {}

        package mutating func appendLiteral(_ words: String) { text += words }

        package mutating func appendInterpolation(_ word: some CommandWord) {
            text += word.textInCommand
        }

        package mutating func appendInterpolation(_ number: Int) { text += number.description }

        /// Appends a command as part of another.
        package mutating func appendInterpolation(_ command: CommandText) { text += command.text }
    }
}
