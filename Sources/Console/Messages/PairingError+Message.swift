package import Entries
import Vault

extension PairingError: Message {
    package enum ID: String, MessageID {
        case token = "token-in-other-platforms-entry"
        case app = "app-of-other-platform"
        case facebookOnly = "only-for-facebook"
    }

    package var failure: Failure {
        switch self {
        case .token(let reference, let platform, let next):
            Failure(
                ID.token, .usage,
                "the token in \(reference) is for \(platform), so it is in the wrong entry and was "
                    + "not sent",
                hint: next)
        case .app(let app, let platform, let next):
            Failure(
                ID.app, .usage,
                "the token is for \(platform), but \(app) is not an app for \(platform)", hint: next
            )
        case .facebookOnly(let command, let platform, let next):
            Failure(
                ID.facebookOnly, .usage,
                "\(OptionName(command)) is only for Facebook, not for \(platform)",
                hint: next)
        }
    }

    package static var samples: [PairingError] {
        [
            .token(of: .sampleUser, .instagram, next: "tokenvault add instagram:1020"),
            .app(.sampleApp, .threads, next: "tokenvault list --kind threads-app"),
            .facebookOnly("proof", .instagram, next: "tokenvault list --kind user"),
        ]
    }
}
