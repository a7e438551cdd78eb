import Console
import Entries
import Graph
import Tokens
import Vault

/// Why pages came without an Instagram account: one note for all of them.
struct InstagramExplanation {
    /// The pages that Meta returned.
    let collection: PageCollection
    let user: Entry
    /// What Meta reports about the user's token, or `nil` if it was not asked.
    let inspection: TokenInspection?
    /// The command that gets a new token of the user.
    let renewal: String

    /// The number of pages that the note lists.
    private static let listLimit = 3

    /// The note, or `nil` if every page has an account.
    var note: String? {
        let pages = collection.entries.filter { $0.metadata.instagramID == nil }
        guard !pages.isEmpty else { return nil }
        let subject =
            "no Instagram account for "
            + (pages.count > Self.listLimit
                ? "\(pages.count) pages"
                : pages.map(\.reference.description).joined(separator: ", "))
        let scopes = inspection?.scopes ?? user.metadata.scopes
        if scopes?.contains(TokenInspection.instagramScope) == false {
            let place =
                user.reference.kind == .system ? "Meta's Business settings" : "the Graph Explorer"
            return "\(subject): \(user.reference) lacks the scope instagram_basic; grant it in "
                + "\(place), then run `\(renewal)`"
        }
        let causes = causes(pages, isScopeKnown: scopes != nil)
        return causes.count == 1
            ? "\(subject): \(causes[0])"
            : "\(subject); Meta does not say why. Possible reasons: "
                + causes.joined(separator: "; or ")
    }

    private func causes(_ pages: [Entry], isScopeKnown: Bool) -> [String] {
        var causes = ["no professional account is linked to the page"]
        if !isScopeKnown { causes.append("the token lacks the scope instagram_basic") }
        if pages.contains(where: { $0.metadata.canManagePage != true }) {
            causes.append("the user's tasks on the page are not enough")
        }
        if inspection?.granularScopes[TokenInspection.instagramScope] != nil || inspection == nil {
            causes.append("the account was not selected when the user authorized the app")
        }
        if collection.hasUnknownAccounts { causes.append("Meta's answer was not usable") }
        return causes
    }
}
