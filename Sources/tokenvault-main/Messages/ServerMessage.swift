import Console
import Entries
import Graph

/// Why the Graph API cannot be reached as the options and variables specify.
enum ServerMessage: Message {
    /// The URL or the version is not valid.
    case unusable(GraphEndpoint.Unusable)
    /// The URL ends with a version, which has its own option.
    case versionInAddress(ServerWord, version: ServerWord)
    /// The file has no readable certificates.
    case noCertificates(Path)
    case proxy

    enum ID: String, MessageID {
        case address = "unusable-graph-address"
        case unencrypted = "unencrypted-graph-address"
        case version = "unusable-graph-version"
        case versionInAddress = "version-in-graph-address"
        case noCertificates = "no-certificates"
        case proxy = "unusable-proxy"
    }

    var failure: Failure {
        switch self {
        case .unusable(.url):
            Failure(
                ID.address, .usage,
                "invalid Graph API URL; use one such as https://graph.facebook.com")
        case .unusable(.unencrypted):
            Failure(
                ID.unencrypted, .usage,
                "the Graph API URL must start with https:// unless it is on this machine")
        case .unusable(.version):
            Failure(
                ID.version, .usage,
                "invalid Graph API version; use a version such as "
                    + MessageText(stringLiteral: GraphEndpoint.defaultVersion)
                    + ", or \"none\" for unversioned calls")
        case .versionInAddress(let address, let version):
            Failure(
                ID.versionInAddress, .usage,
                "the Graph API URL ends with a version; remove it there and pass it with "
                    + "--graph-version",
                hint: "tokenvault doctor --graph-url \(address) --graph-version \(version)")
        case .noCertificates(let path):
            Failure(ID.noCertificates, .inputOutput, "no certificates in \(path)")
        case .proxy:
            Failure(ID.proxy, .usage, "HTTPS_PROXY is not a valid proxy address")
        }
    }

    static var samples: [ServerMessage] {
        [
            .unusable(.url), .unusable(.unencrypted), .unusable(.version),
            .versionInAddress(
                ServerWord("https://graph.facebook.com"),
                version: ServerWord(Substring(GraphEndpoint.defaultVersion))),
            .noCertificates(Path("/home/ann/ca.pem")), .proxy,
        ]
    }
}

/// A part of a URL whose pattern was checked, so that it can be shown as it was typed.
struct ServerWord: CommandWord {
    let textInCommand: String

    init(_ text: Substring) { textInCommand = String(text) }
}
