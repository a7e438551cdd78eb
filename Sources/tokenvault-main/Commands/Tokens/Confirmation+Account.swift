import Console
import Tokens

extension Confirmation {
    /// Asks whether to store the token of an account other than the expected one.
    func answer(about account: OtherAccount) throws -> OwnerApproval.Answer {
        guard canAsk else { return .nobodyToAsk }
        let question =
            "Logged in as \(account.words), not as \(account.expected). Store this token?"
        switch try answer(to: question) {
        case .yes: return .yes
        case .no: return .no
        case .nobodyToAsk: return .nobodyToAsk
        }
    }
}
