import Console
import Entries
import Graph

/// What keeps the Graph API from being asked where the options and variables say.
enum ServerMessage: Message {
    /// The address, or the version, is none that can be used.
    case unusable(GraphEndpoint.Unusable)
    /// The address ends with a version, which is named apart.
    case versionInAddress(ServerWord, version: ServerWord)
    /// The file has no certificates that can be read.
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
            Failure(ID.address, .usage, "the Graph API's address is no URL of a server")
        case .unusable(.unencrypted):
            Failure(
                ID.unencrypted, .usage,
                "the Graph API's address must begin with https://, except on this machine")
        case .unusable(.version):
            Failure(
                ID.version, .usage,
                "the Graph API's version is none: write it as "
                    + "\(MessageText(stringLiteral: GraphEndpoint.defaultVersion)), or none")
        case .versionInAddress(let address, let version):
            Failure(
                ID.versionInAddress, .usage,
                "the Graph API's address ends with a version; leave it out there, and name it with "
                    + "--graph-version",
                hint: "tokenvault doctor --graph-url \(address) --graph-version \(version)")
        case .noCertificates(let path):
            Failure(ID.noCertificates, .inputOutput, "no certificates in \(path)")
        case .proxy:
            Failure(ID.proxy, .usage, "HTTPS_PROXY is no address of a proxy")
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

/// Part of an address that was recognized by its pattern, so that it is shown as it was typed.
struct ServerWord: CommandWord {
    let textInCommand: String

    init(_ text: Substring) { textInCommand = String(text) }
}
