import Console
import Graph

/// Why the value of `--redirect-uri` cannot be used.
enum RedirectMessage: Message {
    case notAnAddress
    case unencrypted

    enum ID: String, MessageID {
        case notAnAddress = "unusable-redirect-address"
        case unencrypted = "unencrypted-redirect-address"
    }

    var failure: Failure {
        switch self {
        case .notAnAddress:
            Failure(
                ID.notAnAddress, .usage,
                "--redirect-uri requires a URL such as "
                    + "\(MessageText(stringLiteral: RedirectURI.standard)), without a fragment")
        case .unencrypted:
            Failure(
                ID.unencrypted, .usage,
                "--redirect-uri must start with https:// unless it is on this machine")
        }
    }

    static var samples: [RedirectMessage] { [.notAnAddress, .unencrypted] }
}
