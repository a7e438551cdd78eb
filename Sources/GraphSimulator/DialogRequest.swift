/// What the login dialog asks a user to grant.
struct DialogRequest {
    /// The scopes to grant or decline.
    var scopes: [String]
    /// The configuration that the scopes are from, if any.
    var configuration: LoginConfiguration?

    /// The prefix of the items of a form that decline a scope, such as `decline:email`.
    static let declining = "decline:"
}

extension SimulatedGraph {
    /// Returns the request of a call to the dialog, or `nil` if its configuration is not valid.
    ///
    /// A scope that the user declined earlier is requested again only with `auth_type=rerequest`. With
    /// Login for Business, the user grants all scopes of a configuration or cancels.
    func dialogRequest(_ call: Call, app: String, user: String) -> DialogRequest? {
        if let id = call["config_id"] {
            guard let configuration = state.configurations[id], configuration.app == app,
                configuration.systemUser == nil || isForCode(call)
            else { return nil }
            return DialogRequest(scopes: configuration.scopes, configuration: configuration)
        }
        let scopes = (call["scope"] ?? "public_profile").split { $0 == "," || $0 == " " }
        let declined = call["auth_type"] == "rerequest" ? [] : declinedScopes(of: user)
        return DialogRequest(scopes: scopes.map { String($0) }.filter { !declined.contains($0) })
    }

    /// Returns the granted scopes, and records which ones the user declined.
    mutating func grant(_ request: DialogRequest, by user: String, _ call: Call) -> [String] {
        guard request.configuration == nil else { return request.scopes }
        let isDeclined = { call.form[DialogRequest.declining + $0] != nil }
        state.users[user]?.permissions.removeAll { request.scopes.contains($0.name) }
        state.users[user]?.permissions += request.scopes.filter(isDeclined).map {
            Permission(name: $0, status: "declined")
        }
        return request.scopes.filter { !isDeclined($0) }
    }

    /// Returns whether the dialog returns a code even if the configuration has another default.
    private func isForCode(_ call: Call) -> Bool {
        call["response_type"] == "code" && call["override_default_response_type"] == "true"
    }

    private func declinedScopes(of user: String) -> Set<String> {
        let permissions = state.users[user]?.permissions ?? []
        return Set(permissions.filter { $0.status == "declined" }.map(\.name))
    }
}
