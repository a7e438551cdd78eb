package import Entries
package import Graph
package import Vault

/// A token that, according to Meta, does not belong to the entry that holds it.
///
/// Such a token may well be valid, and would for example post to another page.
package struct TokenMismatch: Equatable, Sendable {
    /// The actual owner of the token, as a message.
    package let reason: String
    /// Whether the token is for an app other than the entry's.
    package let isOfOtherApp: Bool

    /// Compares the inspection of a token with its entry; returns `nil` if they are consistent.
    ///
    /// `reference` is the entry, or `nil` if the token does not have one yet. `app` is the ID of
    /// the app to which the token should belong.
    package init?(_ inspection: TokenInspection, of reference: Reference?, app: String?) {
        let isOfOtherApp =
            inspection.refusal?.classification == .configuration(.otherApp)
            || app != nil && inspection.appID != nil && app != inspection.appID
        self.isOfOtherApp = isOfOtherApp
        if isOfOtherApp {
            reason = Self.reason(for: inspection, otherThan: app ?? inspection.viewingAppID)
        } else if let reference, !inspection.isOf(reference) {
            let description = inspection.description(on: MetaPlatform(reference.kind))
            reason = "it is \(description), not the token of \(reference)"
        } else {
            return nil
        }
    }

    private static func reason(for inspection: TokenInspection, otherThan app: String?) -> String {
        let expected = app.map { "app:\($0)" } ?? "its app"
        guard let id = inspection.appID else {
            return "Meta reports that it belongs to an app other than \(expected)"
        }
        let name = inspection.appName.map { " (\($0))" } ?? ""
        return "it is \(inspection.description) for app:\(id)\(name), not for \(expected)"
    }
}

/// The entry `reference` holds someone else's token.
package struct WrongTokenError: Error {
    package let reference: Reference
    package let mismatch: TokenMismatch

    package init(_ reference: Reference, _ mismatch: TokenMismatch) {
        self.reference = reference
        self.mismatch = mismatch
    }
}

extension TokenInspection {
    /// The reference of the token's owner in a vault, or `nil` if Meta does not report the owner.
    package var owner: Reference? {
        switch type?.uppercased() {
        case "PAGE": profileID.flatMap { Reference(.page, $0) }
        case "SYSTEM_USER": userID.flatMap { Reference(.system, $0) }
        case "APP": nil
        default:
            profileID.flatMap { Reference(.page, $0) } ?? userID.flatMap { Reference(.user, $0) }
        }
    }

    /// Returns the reference of the token's owner, whose ID is one of `platform`.
    package func owner(on platform: MetaPlatform) -> Reference? {
        platform == .facebook ? owner : userID.flatMap { Reference(platform.accountKind, $0) }
    }

    /// Returns whether the type and owner are consistent with `reference`; unknown values are.
    fileprivate func isOf(_ reference: Reference) -> Bool {
        if [.instagram, .threads].contains(reference.kind) {
            return userID == nil || userID == reference.id
        }
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
        // Without a type, the user of a page token would be mistaken for its owner.
        let id = reference.kind == .page ? profileID : userID
        return id == nil || id == reference.id
    }

    /// A description of the token as part of a sentence.
    fileprivate var description: String { description(on: .facebook) }

    /// Returns a description of a token of `platform` as part of a sentence.
    fileprivate func description(on platform: MetaPlatform?) -> String {
        if let owner = owner(on: platform ?? .facebook) { return "the token of \(owner)" }
        switch type?.uppercased() {
        case "APP": return "an app token"
        case "PAGE": return "a page token"
        case "SYSTEM_USER": return "a system user token"
        default: return "a token"
        }
    }
}
