package import Vault

/// What can be a word of a command, as a shell reads it.
package protocol CommandWord {
    var textInCommand: String { get }
}

extension Reference: CommandWord {
    package var textInCommand: String { description }
}

/// A command for a person to type.
///
/// It is made of literals, references and words that were quoted for a shell, and of nothing else.
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

        /// A command as part of another.
        package mutating func appendInterpolation(_ command: CommandText) { text += command.text }
    }
}
