public import Sodium

extension PlatformClient {
    /// Returns what the platform reports about a token, even if it is dead.
    ///
    /// `me` decides whether the token is valid and whose it is. Threads also has `debug_token`, which
    /// reports the expiry and the scopes, but only to some tokens; without it they remain unknown.
    public func verdict(on token: SharedSecret) async throws(GraphError) -> PlatformVerdict {
        let account: PlatformAccount
        do throws(GraphError) {
            account = try await self.account(of: token)
        } catch {
            guard case .refused(let refusal) = error, refusal.classification.isDeadToken else {
                throw error
            }
            return PlatformVerdict(inspection: TokenInspection(deadBecause: refusal), account: nil)
        }
        var inspection = TokenInspection(
            isValid: true, userID: account.id, granularScopes: [:])
        if platform == .threads, var details = try? await self.inspection(of: token) {
            // The app is one of Threads, which the response does not say.
            details.appID = nil
            details.userID = account.id
            inspection = details
        }
        return PlatformVerdict(inspection: inspection, account: account)
    }
}

/// What a platform reports about a token.
public struct PlatformVerdict: Equatable, Sendable {
    /// Whether the token is valid, and the details that are known.
    public let inspection: TokenInspection
    /// The account, or `nil` for a dead token.
    public let account: PlatformAccount?
}
