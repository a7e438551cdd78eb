import Console
import Entries
import Tokens

/// What is wrong with the options of `login --instagram` or `login --threads`.
enum PlatformLoginMessage: Message {
    /// Both platforms were given.
    case bothPlatforms
    /// An option that only Facebook's dialog has was given.
    case onlyForFacebook(Option, MetaPlatform)
    /// There is no redirect URI, or it is not `https`.
    case redirectNotHTTPS(MetaPlatform)

    /// An option of `login` for Facebook.
    enum Option {
        case configID
        case rerequest

        fileprivate var name: OptionName {
            switch self {
            case .configID: OptionName("--config-id")
            case .rerequest: OptionName("--rerequest")
            }
        }
    }

    enum ID: String, MessageID {
        case bothPlatforms = "login-to-two-platforms"
        case onlyForFacebook = "login-option-only-for-facebook"
        case redirectNotHTTPS = "redirect-address-not-https"
    }

    var failure: Failure {
        switch self {
        case .bothPlatforms:
            Failure(ID.bothPlatforms, .usage, "--instagram cannot be used with --threads")
        case .onlyForFacebook(let option, let platform):
            Failure(
                ID.onlyForFacebook, .usage,
                "\(option.name) is only for Facebook, not for \(platform)")
        case .redirectNotHTTPS(let platform):
            Failure(
                ID.redirectNotHTTPS, .usage,
                "\(platform) requires --redirect-uri with an https:// URL that is registered with "
                    + "the app; paste the address that the browser ends on")
        }
    }

    static var samples: [PlatformLoginMessage] {
        [
            .bothPlatforms, .onlyForFacebook(.configID, .instagram),
            .onlyForFacebook(.rerequest, .threads), .redirectNotHTTPS(.threads),
        ]
    }
}
