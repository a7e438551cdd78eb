package import Vault

/// Where a secret stands in a plain file; never the secret itself.
package enum SecretSource: Equatable, Sendable {
    /// A variable, by its name.
    case variable(String)
    /// One of several lines for a variable.
    case assignment(String, line: Int)
    case comment(line: Int)
    /// A line that cannot be read.
    case line(Int)
    /// A value of a JSON document, as in `data[0].access_token`.
    case value(at: String)
    /// A key of the object that is there; empty for the whole document.
    case key(of: String)
    /// What the document says of an entry.
    case entry(Reference)
}
