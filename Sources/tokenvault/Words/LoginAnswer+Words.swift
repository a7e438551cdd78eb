import Graph

extension LoginAnswer {
    /// Why there is neither a code nor a token, if so.
    func failure(asking question: GraphQuestion) -> Failure? {
        switch self {
        case .code, .token:
            nil
        case .denied(let words):
            Failure(
                .tokenRefused, "the login was denied, and nothing was stored\(Self.quoted(words))",
                hint: question.renewal)
        case .refused(let refusal):
            Failure(.refused(refusal), asking: question)
        case .failed(let words):
            Failure(
                .tokenRefused, "the login failed, and nothing was stored\(Self.quoted(words))",
                hint: question.renewal)
        case .foreign:
            Failure(
                .tokenRefused,
                "the answer belongs to another login (its state is not this one's), and nothing was "
                    + "stored",
                hint: question.renewal)
        }
    }

    private static func quoted(_ words: String) -> String {
        words.isEmpty ? "" : " (Meta says: \(words))"
    }
}
