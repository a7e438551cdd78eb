import Console
import Entries
import Graph

/// What is wrong with the arguments of `api`.
enum ApiMessage: Message {
    /// The path is missing, or there are too many words.
    case words
    case method
    case path(CallPath.Unusable)
    /// The path begins with a version, which `--graph-version` selects.
    case versionInPath
    /// A parameter is not of the form NAME=VALUE.
    case parameter
    /// A parameter would replace the token or the proof that tokenvault sends.
    case secretParameter
    /// A file is to be sent with another method than POST.
    case fileWithoutForm
    /// A file has no name.
    case fileWithoutName
    /// The system's reason; not the path, because someone may pass a token instead of one.
    case fileUnreadable(Reason)
    case fileTooLarge(mebibytes: Int)
    /// Standard input is a terminal, or is to be sent twice.
    case standardInput
    /// `--paginate` was given with another method than GET.
    case pagination

    enum ID: String, MessageID {
        case words = "not-one-path"
        case method = "unknown-method"
        case path = "unusable-path"
        case versionInPath = "version-in-path"
        case parameter = "malformed-parameter"
        case secretParameter = "secret-in-call"
        case fileWithoutForm = "file-without-form"
        case fileUnreadable = "file-to-send-unreadable"
        case fileTooLarge = "file-to-send-too-large"
        case standardInput = "standard-input-not-sent"
        case pagination = "pagination-without-get"
    }

    var failure: Failure {
        switch self {
        case .words:
            Failure(
                ID.words, .usage, "api requires one path, after GET, POST or DELETE if needed",
                hint: "tokenvault help api")
        case .method:
            Failure(ID.method, .usage, "the method must be GET, POST or DELETE")
        case .path(.secretParameter), .secretParameter:
            Failure(
                ID.secretParameter, .usage,
                "tokenvault itself sends access_token and appsecret_proof; leave them out")
        case .path(let problem):
            Failure(ID.path, .usage, "invalid path: \(Self.words(for: problem))")
        case .versionInPath:
            Failure(
                ID.versionInPath, .usage,
                "the path must not begin with a version; --graph-version selects it")
        case .parameter:
            Failure(
                ID.parameter, .usage,
                "-f and -F require NAME=VALUE, such as -f message=Hello or -F source=@photo.jpg")
        case .fileWithoutForm:
            Failure(ID.fileWithoutForm, .usage, "only POST can send a file")
        case .fileWithoutName:
            Failure(ID.parameter, .usage, "-F requires the name of a file after @")
        case .fileUnreadable(let reason):
            Failure(ID.fileUnreadable, .inputOutput, "cannot read the file to send: \(reason)")
        case .fileTooLarge(let mebibytes):
            Failure(
                ID.fileTooLarge, .usage, "the files to send are larger than \(mebibytes) MiB")
        case .standardInput:
            Failure(
                ID.standardInput, .usage,
                "@- requires standard input that is not a terminal, and can be used only once")
        case .pagination:
            Failure(
                ID.pagination, .usage,
                "--paginate requires a GET call; with -f, add the method: api GET PATH -f NAME=VALUE"
            )
        }
    }

    private static func words(for problem: CallPath.Unusable) -> MessageText {
        switch problem {
        case .empty: "it is empty"
        case .scheme:
            "it must be a path such as me/accounts, not a URL, and its first part can be a reference "
                + "such as page:ID"
        case .emptySegment: "it contains //"
        case .dotSegment: "it contains . or .. as a part"
        case .character: "it contains a backslash, a number sign, a space or a control character"
        case .percentSign: "write a percent sign as %25"
        case .encoding: "its escapes are not those of a UTF-8 text"
        case .secretParameter: "it contains access_token or appsecret_proof"
        }
    }

    static var samples: [ApiMessage] {
        CallPath.Unusable.allCases.map { .path($0) } + [
            .words, .method, .versionInPath, .parameter, .secretParameter, .fileWithoutForm,
            .fileWithoutName, .fileUnreadable(Reason("No such file or directory")),
            .fileTooLarge(mebibytes: 32), .standardInput, .pagination,
        ]
    }
}
