package import Entries
package import Graph
package import Vault

/// What a call was about, as far as an error's words need it.
package struct GraphQuestion: Sendable {
    /// Whom it was sent to, where that is known.
    package var host: String?
    /// The app whose secret or id was used.
    package var app: Reference?
    /// The stored token that was used or asked about.
    package var token: Reference?
    /// Whether the app secret that was used is the stored one.
    package var isSecretStored = true
    /// The redirect address that was named.
    package var redirect: RedirectURI?
    /// The command that gets another token or code in the place of a dead one.
    package var renewal: CommandText = "tokenvault exchange"

    package init(host: String? = nil, app: Reference? = nil, token: Reference? = nil) {
        self.host = host
        self.app = app
        self.token = token
    }
}

/// A call to Graph that failed, and what it was about.
package struct GraphRequestError: Error {
    package let error: GraphError
    package let question: GraphQuestion

    package init(_ error: GraphError, asking question: GraphQuestion) {
        self.error = error
        self.question = question
    }
}
