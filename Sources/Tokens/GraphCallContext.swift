package import Entries
package import Graph
package import Vault

/// The context of a call to the Graph API, for error messages.
package struct GraphCallContext: Sendable {
    /// The host to which the call was sent, if known.
    package var host: String?
    /// The app whose secret or ID was used.
    package var app: Reference?
    /// The stored token that was used or inspected.
    package var token: Reference?
    /// Whether the app secret that was used is the stored one.
    package var isSecretStored = true
    /// The redirect URI that was sent.
    package var redirect: RedirectURI?
    /// The command that replaces a dead token or code.
    package var renewal: CommandText = "tokenvault exchange"

    package init(host: String? = nil, app: Reference? = nil, token: Reference? = nil) {
        self.host = host
        self.app = app
        self.token = token
    }
}

/// The failure of a call to the Graph API, with the context of the call.
package struct GraphRequestError: Error {
    package let error: GraphError
    package let context: GraphCallContext

    package init(_ error: GraphError, in context: GraphCallContext) {
        self.error = error
        self.context = context
    }
}
