package import Graph
package import Sodium

extension GraphClient {
    /// Returns Meta's information about `token`, even if it is dead or belongs to another app.
    package func verdict(
        on token: SharedSecret, app: AppCredentials?
    ) async -> Result<TokenInspection, GraphError> {
        do throws(GraphError) {
            let inspection = try await inspect(token, app: app)
            return .success(inspection)
        } catch {
            guard case .refused(let refusal) = error else { return .failure(error) }
            switch refusal.classification {
            case .configuration(.otherApp): break
            // Without an app secret the token inspects itself, which a dead token cannot do.
            case .deadToken, .person: if app != nil { return .failure(error) }
            default: return .failure(error)
            }
            var inspection = TokenInspection(deadBecause: refusal)
            inspection.viewingAppID = app?.id
            return .success(inspection)
        }
    }
}
