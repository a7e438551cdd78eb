import Console
import Entries
import Vault

/// What is wrong with the arguments of a command about tokens.
enum TokenCommandMessage: Message {
    /// `exchange --resume` was given a token.
    case resumeWithToken
    /// `exchange` was given an entry that is not a user token.
    case notExchangeable
    /// `inspect` was given an entry that is not an access token.
    case notAToken(Reference)
    /// `proof` was given an entry that is not an access token.
    case noProof(of: Reference)
    /// `pages` was given something other than the number of a page.
    case notAPageNumber
    /// `refresh` was given an entry that is not a user's or system user's token.
    case notRenewable(Reference)
    /// `refresh` was given a page, whose user may be known.
    case pageNotRenewable(user: Reference?)
    /// `revoke` has to ask first, and there is nobody to ask.
    case nobodyToAskForRevocation(of: Reference)
    /// `rotate` was given both `--undo` and `--forget`.
    case undoAndForget
    /// `login --scope` has invalid characters.
    case notScopes
    /// `login --config-id` is not an ID.
    case notConfigurationID
    /// `login --config-id` was given together with scopes.
    case configurationWithScopes
    /// The URL of the login dialog is not valid.
    case dialogAddress
    case unencryptedDialog

    enum ID: String, MessageID {
        case resumeWithToken = "resume-with-token"
        case notExchangeable = "token-not-exchangeable"
        case notAToken = "not-an-access-token"
        case notAPageNumber = "not-a-page-number"
        case notRenewable = "token-not-renewable"
        case pageNotRenewable = "page-token-not-renewable"
        case nobodyToAskForRevocation = "nobody-to-ask-for-revocation"
        case undoAndForget = "undo-and-forget"
        case notScopes = "not-scopes"
        case notConfigurationID = "not-a-configuration-id"
        case configurationWithScopes = "configuration-with-scopes"
        case dialogAddress = "unusable-dialog-address"
        case unencryptedDialog = "unencrypted-dialog-address"
    }

    var failure: Failure {
        switch self {
        case .resumeWithToken:
            Failure(
                ID.resumeWithToken, .usage,
                "--resume uses the token in the vault and cannot be used with another one")
        case .notExchangeable:
            Failure(
                ID.notExchangeable, .usage,
                "only tokens of users, system users, Instagram and Threads can be exchanged",
                hint: "tokenvault list --kind user")
        case .notAToken(let reference):
            Failure(ID.notAToken, .usage, "\(reference) is not an access token")
        case .noProof(let reference):
            Failure(
                ID.notAToken, .usage,
                "\(reference) is not an access token, so it has no proof")
        case .notAPageNumber:
            Failure(
                ID.notAPageNumber, .usage,
                "invalid page ID; use a number such as 1020000000000001")
        case .notRenewable(let reference):
            Failure(
                ID.notRenewable, .usage,
                "only tokens of users, system users, Instagram and Threads can be renewed",
                hint: "tokenvault show \(reference)")
        case .pageNotRenewable(let user):
            Failure(
                ID.pageNotRenewable, .usage,
                "page tokens are renewed together with their user token; name the user",
                hint: user.map { "tokenvault refresh \($0)" })
        case .nobodyToAskForRevocation(let reference):
            Failure(
                ID.nobodyToAskForRevocation, .usage,
                "cannot ask for confirmation without a terminal; add --force to revoke \(reference)",
                hint: "tokenvault revoke \(reference) --force")
        case .undoAndForget:
            Failure(ID.undoAndForget, .usage, "--undo cannot be used with --forget")
        case .notScopes:
            Failure(
                ID.notScopes, .usage,
                "--scope requires permissions such as pages_show_list, separated by commas")
        case .notConfigurationID:
            Failure(
                ID.notConfigurationID, .usage,
                "invalid configuration ID; use a number such as 1040000000000001")
        case .configurationWithScopes:
            Failure(
                ID.configurationWithScopes, .usage,
                "--config-id cannot be used with --scope; the configuration has its own scopes")
        case .dialogAddress:
            Failure(
                ID.dialogAddress, .usage,
                "invalid login dialog URL; use one such as https://www.facebook.com")
        case .unencryptedDialog:
            Failure(
                ID.unencryptedDialog, .usage,
                "the login dialog URL must start with https:// unless it is on this machine")
        }
    }

    static var samples: [TokenCommandMessage] {
        [
            .resumeWithToken, .notExchangeable, .notAToken(.sampleApp), .noProof(of: .sampleApp),
            .notAPageNumber, .notRenewable(.sampleApp), .pageNotRenewable(user: nil),
            .pageNotRenewable(user: .sampleUser), .nobodyToAskForRevocation(of: .sampleUser),
            .undoAndForget, .notScopes, .notConfigurationID, .configurationWithScopes,
            .dialogAddress, .unencryptedDialog,
        ]
    }
}
