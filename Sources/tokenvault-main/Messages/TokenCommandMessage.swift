import Console
import Entries
import Vault

/// Arguments that the commands about tokens cannot do anything with.
enum TokenCommandMessage: Message {
    /// `exchange --resume` names a token too.
    case resumeWithToken
    /// `exchange` names what is no user's token.
    case notExchangeable
    /// `inspect` names what is no token.
    case notAToken(Reference)
    /// The same for `proof`.
    case noProof(of: Reference)
    /// `pages` names a page otherwise than by its number.
    case notAPageNumber
    /// `refresh` names what is neither a user's nor a system user's token.
    case notRenewable(Reference)
    /// `refresh` names a page, whose user is known or not.
    case pageNotRenewable(user: Reference?)
    /// `revoke` would have to ask first.
    case nobodyToAskForRevocation(of: Reference)
    /// `rotate` with both.
    case undoAndForget
    /// `login --scope` has other characters.
    case notScopes
    /// The login dialog is at no address.
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
        case dialogAddress = "unusable-dialog-address"
        case unencryptedDialog = "unencrypted-dialog-address"
    }

    var failure: Failure {
        switch self {
        case .resumeWithToken:
            Failure(
                ID.resumeWithToken, .usage,
                "--resume takes the token from the vault; name none")
        case .notExchangeable:
            Failure(
                ID.notExchangeable, .usage, "only the token of a user can be exchanged",
                hint: "tokenvault list --kind user")
        case .notAToken(let reference):
            Failure(ID.notAToken, .usage, "\(reference) is no access token")
        case .noProof(let reference):
            Failure(
                ID.notAToken, .usage,
                "\(reference) is no access token, so there is no proof of it")
        case .notAPageNumber:
            Failure(
                ID.notAPageNumber, .usage,
                "a page is named by its number, as in 1020000000000001")
        case .notRenewable(let reference):
            Failure(
                ID.notRenewable, .usage,
                "only the tokens of users and system users can be renewed",
                hint: "tokenvault show \(reference)")
        case .pageNotRenewable(let user):
            Failure(
                ID.pageNotRenewable, .usage,
                "a page's token is renewed with its user's: name the user",
                hint: user.map { "tokenvault refresh \($0)" })
        case .nobodyToAskForRevocation(let reference):
            Failure(
                ID.nobodyToAskForRevocation, .usage,
                "nobody to ask whether to revoke \(reference): add --force",
                hint: "tokenvault revoke \(reference) --force")
        case .undoAndForget:
            Failure(ID.undoAndForget, .usage, "either --undo or --forget")
        case .notScopes:
            Failure(
                ID.notScopes, .usage,
                "--scope needs words such as pages_show_list, separated by commas")
        case .dialogAddress:
            Failure(
                ID.dialogAddress, .usage, "the login dialog's address is no URL of a server")
        case .unencryptedDialog:
            Failure(
                ID.unencryptedDialog, .usage,
                "the login dialog's address must begin with https://, except on this machine")
        }
    }

    static var samples: [TokenCommandMessage] {
        [
            .resumeWithToken, .notExchangeable, .notAToken(.sampleApp), .noProof(of: .sampleApp),
            .notAPageNumber, .notRenewable(.sampleApp), .pageNotRenewable(user: nil),
            .pageNotRenewable(user: .sampleUser), .nobodyToAskForRevocation(of: .sampleUser),
            .undoAndForget, .notScopes, .dialogAddress, .unencryptedDialog,
        ]
    }
}
