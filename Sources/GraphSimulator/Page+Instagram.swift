// The field `instagram_business_account` of a page
extension Page {
    static let instagramField = "instagram_business_account"

    /// Returns the Instagram account that is linked to the page, or `nil` to leave the field out.
    ///
    /// Graph leaves it out, without an error, if there is no account, if the token lacks
    /// `instagram_basic`, if the account was not selected in the login dialog, or if the user's
    /// tasks are not sufficient.
    func instagram(
        for token: Token, role: PageRole, _ call: Call
    ) throws(GraphFailure) -> JSONValue? {
        guard let id = instagramID, token.scopes.contains("instagram_basic"),
            !Self.sufficientTasks.isDisjoint(with: role.tasks)
        else { return nil }
        let targets = token.granularScopes.first { $0.scope == "instagram_basic" }?.targetIDs
        guard targets?.contains(id) ?? true else { return nil }
        var account: JSONObject = [:]
        for field in call.subfields(of: Self.instagramField) ?? [] where field != "id" {
            guard field == "username" else { throw .unknownField(field, of: "IGUser") }
            account[field] = instagramUsername.map { .string($0) }
        }
        account["id"] = .string(id)
        return .object(account)
    }

    private static let sufficientTasks: Set<String> = [
        "MANAGE", "CREATE_CONTENT", "MODERATE", "PROFILE_PLUS_FULL_CONTROL", "PROFILE_PLUS_MANAGE",
        "PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_MODERATE",
    ]
}
