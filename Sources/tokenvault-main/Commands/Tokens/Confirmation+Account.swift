import Console
import Tokens

extension Confirmation {
    /// Asks whether the token of another account than the one that was expected is to be stored.
    func answer(about account: OtherAccount) throws -> OwnerApproval.Answer {
        guard canAsk else { return .nobodyToAsk }
        let question =
            "Another account than \(account.expected) logged in: \(account.words). Store its token?"
        switch try answer(to: question) {
        case .yes: return .yes
        case .no: return .no
        case .nobodyToAsk: return .nobodyToAsk
        }
    }
}
