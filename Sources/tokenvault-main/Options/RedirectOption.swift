import Graph

extension RedirectURI {
    /// The default for `login`; it must be registered with the app.
    static let standard = "http://localhost:47231/"

    /// Parses the value of `--redirect-uri`.
    static func option(_ text: String) throws -> RedirectURI {
        do throws(GraphEndpoint.Unusable) {
            return try RedirectURI(text)
        } catch {
            throw error == .unencrypted
                ? RedirectMessage.unencrypted : RedirectMessage.notAnAddress
        }
    }
}
