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

/// A variable with a URL of Instagram or Threads.
enum PlatformURLVariable: String, MessageValue, CaseIterable {
    case instagram = "TOKENVAULT_INSTAGRAM_URL"
    case threads = "TOKENVAULT_THREADS_URL"
    case instagramDialog = "TOKENVAULT_INSTAGRAM_DIALOG_URL"
    case threadsDialog = "TOKENVAULT_THREADS_DIALOG_URL"

    static let placeholder = "variable"

    var textInMessage: String { rawValue }
}

extension AccountPlatform {
    /// The variable with the URL for requests.
    var urlVariable: PlatformURLVariable {
        switch self {
        case .instagram: .instagram
        case .threads: .threads
        }
    }

    /// The variable with the URL of the login dialog.
    var dialogVariable: PlatformURLVariable {
        switch self {
        case .instagram: .instagramDialog
        case .threads: .threadsDialog
        }
    }
}
