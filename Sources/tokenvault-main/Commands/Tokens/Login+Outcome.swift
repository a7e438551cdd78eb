import Console
import Entries
import Graph
import Sodium
import Tokens
import Vault

/// What a login does with the answer of the dialog, on every platform.
extension Login {
    /// Returns the confirmation required to store the token of another account than expected, or
    /// `nil` if the vault expects none.
    func approval(
        of app: Reference, in vault: UnlockedVault, _ world: World
    ) throws -> OwnerApproval? {
        let confirmation = Confirmation(world: world, noInput: self.vault.noInput)
        return try OwnerApproval(of: app, in: vault) { try confirmation.answer(about: $0) }
    }

    /// Redeems the code, or exchanges the token, that the dialog returned, and stores the result.
    func finish(
        _ answer: LoginAnswer, with exchange: some MetaExchange, approval: OwnerApproval?,
        in context: GraphCallContext,
        redeem: (SharedSecret) async throws(GraphError) -> IssuedToken
    ) async throws -> ExchangeResult {
        var exchange = exchange
        exchange.approval = approval
        if case .token(let token) = answer { return try await exchange.run(token) }
        guard case .code(let code) = answer else { throw LoginMessage.noOutcome }
        let issued: IssuedToken
        do throws(GraphError) {
            issued = try await redeem(code)
        } catch {
            throw GraphRequestError(error, in: context)
        }
        return try await exchange.keep(issued)
    }
}
