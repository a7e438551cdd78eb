/// A configuration of Facebook Login for Business.
struct LoginConfiguration {
    var id: String
    var app: String
    var scopes: [String] = []
    /// The system user of the client's business whose token a login gives, or `nil` if a login gives
    /// the token of the person.
    var systemUser: String?
    /// Whether the token of the system user never expires; otherwise, it lasts 60 days.
    var neverExpires = false
}

extension StateDocument {
    struct Configuration: Decodable {
        var id: String
        var app: String?
        var scopes: [String]?
        var systemUser: String?
        var neverExpires: Bool?
    }
}

extension SimulatedState {
    mutating func merge(_ document: StateDocument.Configuration) throws(StateError) {
        guard let app = document.app ?? configurations[document.id]?.app, apps[app] != nil else {
            throw StateError(description: "a configuration refers to an unknown app")
        }
        var configuration =
            configurations[document.id] ?? LoginConfiguration(id: document.id, app: app)
        configuration.app = app
        if let scopes = document.scopes { configuration.scopes = scopes }
        if let user = document.systemUser {
            guard users[user]?.isSystemUser == true else {
                throw StateError(description: "a configuration refers to an unknown system user")
            }
            configuration.systemUser = user
        }
        if let neverExpires = document.neverExpires { configuration.neverExpires = neverExpires }
        configurations[configuration.id] = configuration
    }
}
