import Console
import Entries
import Etcd
import Platform
import Sodium

/// Why the store of a shared vault cannot be used as the options or settings say.
enum RemoteMessage: Message {
    case address(EtcdAddress.Problem)
    /// One of two options that belong together was given.
    case incomplete(OptionName, needs: OptionName)
    case user
    /// The path of a file is too long or has control characters.
    case filePath
    case password(EtcdLogin.Problem, Path)
    case certificates(EtcdFileProblem)
    case settings(RemoteSettings.FileProblem, Path)
    case sharedAlready
    /// The store has no vault under the prefix, or none for the machine key.
    case noVault(forKey: Bool)
    case severalVaults([VaultName])
    case nobodyToAsk(VaultName)

    enum ID: String, MessageID {
        case address = "unusable-store-address"
        case incomplete = "option-without-its-pair"
        case user = "unusable-store-user"
        case filePath = "unusable-store-file-path"
        case password = "unusable-store-password"
        case certificates = "unusable-store-certificates"
        case settings = "unusable-store-settings"
        case sharedAlready = "vault-shared-already"
        case noVault = "no-vault-in-store"
        case severalVaults = "several-vaults-in-store"
        case nobodyToAsk = "nobody-to-ask-for-clone"
    }

    var failure: Failure {
        switch self {
        case .address(let problem):
            Failure(
                ID.address, .usage, "invalid store address: \(Self.words(for: problem))",
                hint: "tokenvault help remote add")
        case .incomplete(let option, let other):
            Failure(ID.incomplete, .usage, "\(option) requires \(other)")
        case .user:
            Failure(
                ID.user, .usage,
                "--user requires a name of at most 256 bytes without control characters")
        case .filePath:
            Failure(
                ID.filePath, .usage,
                "the path of a file is longer than 4,096 bytes or has a control character")
        case .password(let problem, let path):
            Failure(
                ID.password, .usage,
                "cannot use the password in \(path): \(Self.words(for: problem))")
        case .certificates(let problem):
            Failure(
                ID.certificates, .inputOutput,
                "\(Self.words(for: problem.content)) \(Path(problem.path))")
        case .settings(let problem, let path):
            Self.failure(of: problem, path)
        case .sharedAlready:
            Failure(
                ID.sharedAlready, .exists, "the vault is shared already",
                hint: "tokenvault remote show")
        case .noVault(forKey: false):
            Failure(ID.noVault, .missing, "the store has no vault under this prefix")
        case .noVault(forKey: true):
            Failure(
                ID.noVault, .missing,
                "the store has no vault under this prefix that the machine key was made for")
        case .severalVaults(let names):
            Failure(
                ID.severalVaults, .usage,
                "the store has several vaults under this prefix; use the machine key of one of "
                    + "them: \(names)")
        case .nobodyToAsk(let name):
            Failure(
                ID.nobodyToAsk, .usage,
                "there is no terminal to confirm that \(name) is your vault; use a machine key")
        }
    }

    private static func failure(
        of problem: RemoteSettings.FileProblem, _ path: Path
    ) -> Failure {
        func failed(_ status: ExitStatus, _ words: MessageText) -> Failure {
            Failure(ID.settings, status, "cannot use \(path): \(words)")
        }
        return switch problem {
        case .unreadable(let failure): failed(.inputOutput, "\(Reason(failure.reason))")
        case .notFile: failed(.inputOutput, "it is not a regular file")
        case .writableByOthers:
            failed(.configuration, "others can change it, and so decide who gets the password")
        case .foreign(let owner):
            failed(.configuration, "it belongs to another user (\(owner))")
        case .content(.newerFormat):
            failed(.configuration, "it was written by a newer version of tokenvault")
        case .content: failed(.configuration, "its content is not valid")
        }
    }

    private static func words(for problem: EtcdAddress.Problem) -> MessageText {
        switch problem {
        case .scheme: "it must start with etcd://"
        case .characters: "it has a space or a character that is not ASCII"
        case .credentials: "it has a user name or password; use --user and --password-file"
        case .host: "a host is missing or not valid, or a port is not between 1 and 65535"
        case .tooManyHosts: "it names more than \(EtcdAddress.endpointLimit) hosts"
        case .prefix:
            "it needs a prefix of letters, digits, dots, hyphens and underscores, such as "
                + "etcd://etcd1.example.com/tokenvault"
        case .tooLong: "it is too long"
        }
    }

    private static func words(for problem: EtcdLogin.Problem) -> MessageText {
        switch problem {
        case .user: "the user name is not valid"
        case .emptyPassword: "the file is empty"
        case .password: "it must be one line of UTF-8 without control characters"
        case .tooLong: "it is longer than \(EtcdLogin.passwordFileLimit) bytes"
        }
    }

    private static func words(for content: EtcdFileProblem.Content) -> MessageText {
        switch content {
        case .authority: "no certificates to trust in"
        case .certificate: "no certificate in"
        case .privateKey: "no unencrypted private key of the certificate in"
        }
    }

    static var samples: [RemoteMessage] {
        let path = "/etc/tokenvault/etcd.pem"
        let settings: [RemoteSettings.FileProblem] = [
            .unreadable(SystemCallFailure(.open, path, code: 13)), .notFile, .writableByOthers,
            .foreign(owner: 1001),
            .content(.newerFormat), .content(.malformed),
        ]
        let contents: [EtcdFileProblem.Content] = [.authority, .certificate, .privateKey]
        return EtcdAddress.Problem.allCases.map { .address($0) }
            + EtcdLogin.Problem.allCases.map { .password($0, Path("/etc/tokenvault/password")) }
            + contents.map { .certificates(EtcdFileProblem(path: path, content: $0)) }
            + settings.map { .settings($0, Path("/home/ann/vault.remote")) } + [
                .incomplete(OptionName("--cert"), needs: OptionName("--cert-key")), .user,
                .filePath, .sharedAlready, .noVault(forKey: false), .noVault(forKey: true),
                .severalVaults([.sample]), .nobodyToAsk(.sample),
            ]
    }
}

/// The ID of a vault, in hexadecimal.
struct VaultName: MessageValue, Equatable, Sendable {
    static let placeholder = "id"
    let textInMessage: String

    init(_ vaultID: [UInt8]) { textInMessage = hexadecimal(vaultID) }

    static let sample = VaultName(Array(0..<16))
}
