import Console
import Entries
import Graph
import Tokens

/// Why the URL in a variable of Instagram or Threads cannot be used.
enum PlatformURLMessage: Message {
    case address(PlatformURLVariable, MetaPlatform)
    case unencrypted(PlatformURLVariable)
    /// The URL ends with a version, which the program adds itself.
    case version(PlatformURLVariable)

    init(
        _ error: GraphEndpoint.Unusable, in variable: PlatformURLVariable,
        of platform: AccountPlatform
    ) {
        switch error {
        case .url: self = .address(variable, platform.platform)
        case .unencrypted: self = .unencrypted(variable)
        case .version: self = .version(variable)
        }
    }

    enum ID: String, MessageID {
        case address = "unusable-platform-address"
        case unencrypted = "unencrypted-platform-address"
        case version = "version-in-platform-address"
    }

    var failure: Failure {
        switch self {
        case .address(let variable, let platform):
            Failure(ID.address, .usage, "\(variable) is not a valid URL for \(platform)")
        case .unencrypted(let variable):
            Failure(
                ID.unencrypted, .usage,
                "\(variable) must start with https:// unless it is on this machine")
        case .version(let variable):
            Failure(
                ID.version, .usage,
                "\(variable) ends with a version; remove it there, because tokenvault adds it")
        }
    }

    static var samples: [PlatformURLMessage] {
        [.address(.instagram, .instagram), .unencrypted(.threadsDialog), .version(.threads)]
    }
}
