import Graph

extension RedirectURI {
    /// Where `login` waits if nothing else is said; to be registered with the app.
    static let standard = "http://localhost:47231/"

    /// The address that `--redirect-uri` names.
    static func option(_ text: String) throws -> RedirectURI {
        do throws(GraphEndpoint.Unusable) {
            return try RedirectURI(text)
        } catch {
            throw error == .unencrypted
                ? RedirectMessage.unencrypted : RedirectMessage.notAnAddress
        }
    }
}
