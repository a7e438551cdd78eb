/// What a login dialog asks the user to grant.
public enum LoginPermissions: Sendable {
    /// Scopes such as `pages_show_list`.
    case scopes([String])
    /// A configuration of Facebook Login for Business, which has its own scopes.
    case configuration(LoginConfiguration)

    /// The parameters of the dialog.
    var parameters: [(name: String, value: String)] {
        switch self {
        case .scopes(let scopes):
            [("scope", scopes.joined(separator: ","))]
        case .configuration(let configuration):
            // Without the override, the configuration decides the type of the response. The token of
            // a system user is only available in exchange for a code.
            [("config_id", configuration.id), ("override_default_response_type", "true")]
        }
    }

    /// Whether the dialog is known to be one of OpenID Connect; the scopes of a configuration are not.
    var areOpenID: Bool {
        if case .scopes(let scopes) = self { scopes.contains("openid") } else { false }
    }
}

/// A configuration of Facebook Login for Business, made in the app's dashboard.
///
/// It determines the scopes and whether the token is a user's or a system user's.
public struct LoginConfiguration: Equatable, Sendable {
    /// The ID of the configuration; only digits.
    public let id: String

    /// Creates a configuration, or returns `nil` if `id` is not an ID.
    public init?(_ id: String) {
        guard GraphID.isID(id) else { return nil }
        self.id = id
    }
}
