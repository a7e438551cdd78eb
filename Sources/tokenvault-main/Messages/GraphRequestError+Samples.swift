import Console
import Graph
import HTTP
package import Tokens
import Vault

extension GraphRequestError {
    package static var samples: [GraphRequestError] {
        var context = GraphCallContext(
            host: "graph.facebook.com", app: .sampleApp, token: .samplePage)
        context.redirect = try? RedirectURI("https://example.com/")
        var withoutSecret = context
        withoutSecret.isSecretStored = false
        let asked = (others + refusals.map(GraphError.refused)).flatMap {
            [
                GraphRequestError($0, in: context),
                GraphRequestError($0, in: GraphCallContext()),
            ]
        }
        return asked
            + refusals.map { GraphRequestError(.refused($0), in: withoutSecret) }
    }

    private static let others: [GraphError] = [
        .unreachable(.unknownHost), .unreachable(.noConnection), .unreachable(.untrusted),
        .unreachable(.connectionClosed), .unreachable(.notHTTP), .unreachable(.timeout),
        .unreachable(.proxy),
        .serverError(status: 503), .serverError(status: 503, retryAfter: 60),
        .tooManyCalls(retryAfter: nil), .tooManyCalls(retryAfter: 1), .notGraph(status: 403),
        .notGraph(status: 407), .invalidResponse(.empty, status: 200),
        .invalidResponse(.notJSON, status: 200), .invalidResponse(.shape("data"), status: 200),
        .invalidResponse(.encoded, status: 200),
        .invalidResponse(.tooLarge, status: 200), .invalidResponse(.redirect, status: 302),
        .invalidResponse(.repeatedCursor, status: 200),
        .invalidResponse(.endlessList, status: 200),
    ]

    /// At least one refusal of each class.
    private static var refusals: [GraphRefusal] {
        var withUserMessage = refusal(2, "An unexpected error has occurred.")
        withUserMessage.userMessage = "Please try again."
        var withUserTitle = refusal(2, "")
        withUserTitle.userTitle = "Sorry"
        var withProof = refusal(100, "Invalid appsecret_proof provided in the API argument")
        withProof.carriedProof = true
        var atExchange = refusal(1, "Invalid request.")
        atExchange.isFromOAuth = true
        let throttled = [nil, 1, 30, 600].map { seconds in
            var refusal = refusal(4, "Application request limit reached")
            refusal.retryAfter = seconds
            return refusal
        }
        let rest = [
            refusal(368, "The action attempted has been deemed abusive."),
            refusal(1, "Please reduce the amount of data you're asking for"),
            refusal(190, sub: 458, "The user has not authorized application"),
            refusal(190, sub: 460, "The session has been invalidated"),
            refusal(190, sub: 463, "Session has expired"),
            refusal(190, sub: 467, "The session is invalid because the user logged out."),
            refusal(190, sub: 493, "The user has not used the application"),
            refusal(190, "Malformed access token"),
            refusal(100, sub: 36_007, "This authorization code has expired."),
            refusal(100, sub: 36_009, "This authorization code has been used."),
            refusal(190, sub: 459, "The user is in a checkpoint"),
            refusal(10, "Application does not have permission for this action"),
            refusal(803, "Some of the aliases you requested do not exist"),
            refusal(101, "Invalid application ID."),
            refusal(1, sub: 33, "Error validating client secret."),
            refusal(100, "API calls from the server require an appsecret_proof argument"),
            refusal(100, "You must provide an app access token"),
            refusal(100, "The App_id in the input_token did not match the Viewing App"),
            refusal(200, "API access blocked."),
            refusal(5, "Unauthorized source IP address"),
            refusal(3, "Application does not have the capability to make this API call."),
            refusal(104, "An access token is required to request this resource."),
            refusal(191, "Can't load URL"),
            refusal(2635, "You are calling a deprecated version of the API."),
        ]
        return [withUserMessage, withUserTitle, withProof, atExchange] + throttled + rest
    }

    private static func refusal(
        _ code: Int, sub subcode: Int? = nil, _ message: String
    ) -> GraphRefusal {
        GraphRefusal(code: code, subcode: subcode, message: message, httpStatus: 400)
    }
}
