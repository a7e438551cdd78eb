import Console
import Graph

extension LoginAnswer {
    /// Why there is neither a code nor a token, if so.
    func failure(asking question: GraphQuestion) -> Failure? {
        switch self {
        case .code, .token:
            nil
        case .canceled(let words):
            Failure(
                .tokenRefused,
                "the login was canceled, and nothing was stored\(Self.quoted(words))",
                hint: question.renewal)
        case .refused(let refusal):
            Failure(.refused(refusal), asking: question)
        case .failed(let words):
            Failure(
                .tokenRefused, "the login failed, and nothing was stored\(Self.quoted(words))",
                hint: question.renewal)
        case .foreign:
            // No wait for an answer ends with one.
            Failure(.internalFault, "a login ended without an outcome")
        }
    }

    private static func quoted(_ words: String) -> String {
        words.isEmpty ? "" : " (Meta says: \(words))"
    }
}
