package import Graph
package import Vault

/// That an entry holds the token of somebody else, by Meta's own word.
///
/// Such a token may well be alive: under a healthy name it posts to another page.
package struct TokenMismatch: Equatable, Sendable {
    /// Whose token it is, for a person.
    package let reason: String
    /// Whether it was made for another app than the entry's.
    package let isOfOtherApp: Bool

    /// Compares what Meta said of a token with the entry `reference`, if it has a name already, made
    /// for the app of the id `app`; nil if nothing that Meta said contradicts it.
    package init?(_ inspection: TokenInspection, of reference: Reference?, app: String?) {
        let isOfOtherApp =
            inspection.refusal?.classification == .configuration(.otherApp)
            || app != nil && inspection.appID != nil && app != inspection.appID
        self.isOfOtherApp = isOfOtherApp
        if isOfOtherApp {
            reason = Self.reason(for: inspection, otherThan: app ?? inspection.viewingAppID)
        } else if let reference, !inspection.isOf(reference) {
            reason = "it is \(inspection.description), not the token of \(reference)"
        } else {
            return nil
        }
    }

    private static func reason(for inspection: TokenInspection, otherThan app: String?) -> String {
        let expected = app.map { "app:\($0)" } ?? "its app"
        guard let id = inspection.appID else {
            return "Meta says that it belongs to another app than \(expected)"
        }
        let name = inspection.appName.map { " (\($0))" } ?? ""
        return "it is \(inspection.description) for app:\(id)\(name), not for \(expected)"
    }
}

/// That `reference` holds somebody else's token.
package struct WrongTokenError: Error {
    package let reference: Reference
    package let mismatch: TokenMismatch

    package init(_ reference: Reference, _ mismatch: TokenMismatch) {
        self.reference = reference
        self.mismatch = mismatch
    }
}

extension TokenInspection {
    /// The name that the token has in a vault; nil if Meta does not say whose it is.
    package var owner: Reference? {
        switch type?.uppercased() {
        case "PAGE": profileID.flatMap { Reference(.page, $0) }
        case "SYSTEM_USER": userID.flatMap { Reference(.system, $0) }
        case "APP": nil
        default:
            profileID.flatMap { Reference(.page, $0) } ?? userID.flatMap { Reference(.user, $0) }
        }
    }

    /// Whether it may be the token of `reference`, by its type and owner; what Meta leaves out
    /// contradicts nothing.
    fileprivate func isOf(_ reference: Reference) -> Bool {
        guard [.user, .page, .system].contains(reference.kind) else { return true }
        let kind: Reference.Kind?
        switch type?.uppercased() {
        case "APP": return false
        case "PAGE": kind = .page
        case "SYSTEM_USER": kind = .system
        case "USER": kind = .user
        default: kind = profileID != nil ? .page : nil
        }
        if let kind, kind != reference.kind { return false }
        // Without a type the user of a page's token would be taken for its owner.
        let id = reference.kind == .page ? profileID : userID
        return id == nil || id == reference.id
    }

    /// What the token is, for a sentence.
    fileprivate var description: String {
        if let owner { return "the token of \(owner)" }
        switch type?.uppercased() {
        case "APP": return "an app token"
        case "PAGE": return "a page's token"
        case "SYSTEM_USER": return "a system user's token"
        default: return "a token"
        }
    }
}
