import Console
import Entries
package import Graph

/// The host that a request was sent to.
struct HostName: MessageValue, Equatable, Sendable {
    static let placeholder = "host"
    private let name: String

    init(_ name: String) { self.name = name }

    var textInMessage: String { DisplayText.clean(name) }
}

/// A key of a JSON response.
struct FieldName: MessageValue, Equatable, Sendable {
    static let placeholder = "field"
    private let name: String

    init(_ name: String) { self.name = name }

    var textInMessage: String { DisplayText.clean(name) }
}

/// The number of one of Meta's errors, or the name that it has instead.
struct ErrorNumber: MessageValue, Equatable, Sendable {
    static let placeholder = "number"
    private let number: String

    init(_ number: String) { self.number = number }

    var textInMessage: String { DisplayText.clean(number) }
}

/// The scopes of a token.
struct ScopeNames: MessageValue, Equatable, Sendable {
    static let placeholder = "scopes"
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    var textInMessage: String { DisplayText.clean(names.joined(separator: " ")) }
}

/// Scopes as an option's value, which the caller has checked.
struct ScopeList: CommandWord, Equatable, Sendable {
    let textInCommand: String

    init(_ scopes: [String]) { textInCommand = scopes.joined(separator: ",") }
}

extension LoginConfiguration: CommandWord {
    package var textInCommand: String { id }
}

extension RedirectURI: MessageValue {
    package static var placeholder: String { "url" }
    package var textInMessage: String { DisplayText.clean(text) }
}
