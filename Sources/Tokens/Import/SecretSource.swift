package import Vault

/// The location of a secret in a plain file, without the secret itself.
package enum SecretSource: Equatable, Sendable {
    /// The variable with this name.
    case variable(String)
    /// One of several assignments to a variable.
    case assignment(String, line: Int)
    case comment(line: Int)
    /// A line that cannot be parsed.
    case line(Int)
    /// The value at a path in a JSON document, such as `data[0].access_token`.
    case value(at: String)
    /// A key of the object at a path in a JSON document; empty for the top-level object.
    case key(of: String)
    /// The part of the document about an entry.
    case entry(Reference)
}
