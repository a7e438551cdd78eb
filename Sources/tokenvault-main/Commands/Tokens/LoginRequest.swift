import Console
import Entries
import Graph
import Tokens
import Vault

/// What `login` requests from the user, according to its options.
struct LoginRequest {
    let permissions: LoginPermissions
    /// Whether the dialog asks for declined scopes again.
    let rerequests: Bool
    /// The scopes that were named as an option.
    private let namedScopes: [String]

    /// The scopes to request without any option: those that managing pages requires.
    static let defaultScopes = [
        "pages_show_list", "pages_read_engagement", "pages_manage_posts", "business_management",
    ]

    init(scope: String?, configID: String?, rerequests: Bool) throws {
        self.rerequests = rerequests
        namedScopes = try scope.map(Self.scopes) ?? []
        guard let configID else {
            permissions = .scopes(scope == nil ? Self.defaultScopes : namedScopes)
            return
        }
        if scope != nil { throw TokenCommandMessage.configurationWithScopes }
        guard let configuration = LoginConfiguration(configID) else {
            throw TokenCommandMessage.notConfigurationID
        }
        permissions = .configuration(configuration)
    }

    static func scopes(_ text: String) throws -> [String] {
        let scopes = text.split { $0 == "," || $0 == " " }.map(String.init)
        guard scopes.allSatisfy({ $0.wholeMatch(of: /[a-z0-9_.]+/) != nil }) else {
            throw TokenCommandMessage.notScopes
        }
        return scopes
    }

    /// Returns `login` with the options for the same request.
    func command(_ login: CommandText) -> CommandText {
        command(login, rerequesting: rerequests)
    }

    private func command(_ login: CommandText, rerequesting: Bool) -> CommandText {
        var command = login
        if case .configuration(let configuration) = permissions {
            command = "\(command) --config-id \(configuration)"
        }
        if !namedScopes.isEmpty { command = "\(command) --scope \(ScopeList(namedScopes))" }
        return rerequesting ? "\(command) --rerequest" : command
    }

    /// Returns a warning if the stored token lacks a scope that was requested.
    ///
    /// Otherwise, nothing would show that a scope was declined in an earlier login.
    func warning(about result: ExchangeResult, orAgain login: CommandText) -> MessageText? {
        guard case .scopes(let requested) = permissions, result.mismatch == nil,
            let granted = result.entry.metadata.scopes
        else { return nil }
        let missing = requested.filter { !granted.contains($0) }
        guard !missing.isEmpty else { return nil }
        let words: MessageText = "these scopes were not granted: \(ScopeNames(missing))"
        if rerequests { return words }
        let again = command(login, rerequesting: true)
        return words + "; to be asked again about scopes that you declined, use `\(again)`"
    }
}
