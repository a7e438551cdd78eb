package import Entries
package import Vault

extension Reference: MessageValue {
    package static var placeholder: String { "ref" }
    package var textInMessage: String { description }
}

extension Reference.Kind: MessageValue {
    package static var placeholder: String { "kind" }
    package var textInMessage: String { DisplayText.clean(description) }
}

extension Int: MessageValue {
    package static var placeholder: String { "number" }
    package var textInMessage: String { description }
}

extension UInt32: MessageValue {
    package static var placeholder: String { "number" }
    package var textInMessage: String { description }
}

extension UInt64: MessageValue {
    package static var placeholder: String { "number" }
    package var textInMessage: String { description }
}

extension CommandText: MessageValue {
    package static var placeholder: String { "command" }
    package var textInMessage: String { text }
}

/// A path, or another name that the user chose.
package struct Path: MessageValue, Equatable, Sendable {
    package static let placeholder = "path"
    private let path: String

    package init(_ path: String) { self.path = path }

    package var textInMessage: String { DisplayText.clean(path) }
}

/// The name of a machine key; the vault restricts it to letters, digits and some punctuation.
package struct KeyName: MessageValue, CommandWord, Equatable, Sendable {
    package static let placeholder = "name"
    private let name: String

    package init(_ name: String) { self.name = name }

    package var textInMessage: String { DisplayText.clean(name) }
    package var textInCommand: String { ShellWord(name)?.textInCommand ?? "NAME" }
}

/// An option, with its hyphens, or an environment variable.
package struct OptionName: MessageValue, Equatable, Sendable {
    package static let placeholder = "option"
    private let name: String

    package init(_ name: String) { self.name = name }

    package var textInMessage: String { DisplayText.clean(name) }
}

/// Text about an error from the system or from Meta, without control characters.
package struct Reason: MessageValue, Equatable, Sendable {
    package static let placeholder = "reason"
    private let words: String

    package init(_ words: String) { self.words = words }

    package var textInMessage: String { DisplayText.clean(words) }
}

/// The name of an entry, an account or an app, which anyone may have chosen.
package struct DisplayName: MessageValue, Equatable, Sendable {
    package static let placeholder = "name"
    private let name: String

    package init(_ name: String) { self.name = name }

    package var textInMessage: String { DisplayText.clean(name) }
}

/// A span of time, such as "3 days".
package struct TimeSpan: MessageValue, Equatable, Sendable {
    package static let placeholder = "time"
    private let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    package var textInMessage: String { TimeText.span(seconds) }
}

extension Reference {
    // References for samples of messages.
    package static let samplePage = sample("page:1020000000000001")
    package static let sampleUser = sample("user:10220000000000001")
    package static let sampleApp = sample("app:1010000000000001")

    private static func sample(_ text: String) -> Reference {
        guard let reference = Reference(text: text) else { preconditionFailure("not a reference") }
        return reference
    }
}
