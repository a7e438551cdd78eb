import Console
import Graph

/// What `--redirect-uri` was given is no address that a login can end at.
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
                "--redirect-uri needs an address such as "
                    + "\(MessageText(stringLiteral: RedirectURI.standard)), without a fragment")
        case .unencrypted:
            Failure(
                ID.unencrypted, .usage,
                "--redirect-uri must begin with https://, except on this machine")
        }
    }

    static var samples: [RedirectMessage] { [.notAnAddress, .unencrypted] }
}
