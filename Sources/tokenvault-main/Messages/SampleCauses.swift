import Console
import Graph
import HTTP
import Tokens
import Vault

extension GraphRequestError {
    /// For samples of messages with a cause.
    static let sample = GraphRequestError(
        .unreachable(.noConnection), in: GraphCallContext(host: "graph.facebook.com"))
}

extension TokenMismatch {
    /// For samples of messages about a mismatch.
    static var sample: TokenMismatch {
        let inspection = TokenInspection(deadBecause: GraphRefusal.ofOtherApp)
        guard let mismatch = TokenMismatch(inspection, of: .samplePage, app: Reference.sampleApp.id)
        else { preconditionFailure("no mismatch") }
        return mismatch
    }
}

extension GraphRefusal {
    /// The error that `debug_token` returns for another app's token.
    fileprivate static let ofOtherApp = GraphRefusal(
        code: 100, message: "The App_id in the input_token did not match the Viewing App",
        httpStatus: 400)
}
