package import Entries

extension PasteError: Message {
    package enum ID: String, MessageID {
        case placeholder = "secret-is-placeholder"
        case wholeResponse = "secret-in-response"
        case address = "address-in-secret"
        case header = "header-in-secret"
        case name = "name-in-secret"
        case quotationMark = "quotation-mark-in-secret"
        case bracket = "bracket-in-secret"
        case mark = "mark-in-secret"
        case masked = "secret-masked"
        case shortened = "secret-shortened"
        case percentSign = "percent-sign-in-secret"
        case otherPlatform = "token-of-other-platform"
        case cutShort = "token-cut-short"
        case accessToken = "access-token-for-app"
        case appToken = "app-token-for-secret"
    }

    package var failure: Failure {
        switch self {
        case .placeholder:
            Failure(
                ID.placeholder, .usage,
                "this is a placeholder from an example, not a secret; paste the secret itself")
        case .wholeResponse:
            Failure(
                ID.wholeResponse, .usage,
                "the secret starts with a bracket or brace, like Meta's whole response; copy only "
                    + "what is between the quotes, or import the response",
                hint: "tokenvault help import")
        case .address(let offset):
            Failure(
                ID.address, .usage,
                "the secret contains a URL at character \(offset + 1); copy only the secret")
        case .header(let offset):
            Failure(
                ID.header, .usage,
                "the secret contains a header at character \(offset + 1); copy only what comes "
                    + "after Bearer")
        case .name(let offset):
            Failure(
                ID.name, .usage,
                "the secret contains a name and an equals sign at character \(offset + 1); copy "
                    + "only what comes after them")
        case .quotationMark(let offset):
            Failure(
                ID.quotationMark, .usage,
                "the secret contains a quotation mark at character \(offset + 1); copy it again "
                    + "without the quotes")
        case .bracket(let offset):
            Failure(
                ID.bracket, .usage,
                "the secret contains a bracket or brace at character \(offset + 1); copy only the "
                    + "secret")
        case .adjacentMark(let offset):
            Failure(
                ID.mark, .usage,
                "a punctuation mark was copied with the secret, at character \(offset + 1); copy "
                    + "only the secret")
        case .mark(let offset):
            Failure(
                ID.mark, .usage,
                "the secret contains a punctuation mark at character \(offset + 1); copy a single "
                    + "secret")
        case .hashSign(let offset):
            Failure(
                ID.mark, .usage,
                "the secret contains a hash sign at character \(offset + 1); copy only the secret")
        case .backslash(let offset):
            Failure(
                ID.mark, .usage,
                "the secret contains a backslash at character \(offset + 1); copy only the secret")
        case .colon(let offset):
            Failure(
                ID.mark, .usage,
                "the secret contains a colon at character \(offset + 1); copy only the secret")
        case .asterisks(let offset):
            Failure(
                ID.masked, .usage,
                "the secret is masked with asterisks at character \(offset + 1); show it in full "
                    + "before you copy it")
        case .dots(let offset):
            Failure(
                ID.shortened, .usage,
                "the secret is shortened with dots at character \(offset + 1); copy all of it")
        case .encodedBar(let offset):
            Failure(
                ID.percentSign, .usage,
                "the secret contains a percent sign at character \(offset + 1), as in a URL, where "
                    + "it encodes |; copy it from somewhere else")
        case .percentSign(let offset):
            Failure(
                ID.percentSign, .usage,
                "the secret contains a percent sign at character \(offset + 1), as in a URL; copy "
                    + "it from somewhere else")
        case .otherPlatform(let platform, let expected, let next):
            Failure(
                ID.otherPlatform, .usage,
                "this token is for \(platform), and \(expected) does not accept it", hint: next)
        case .cutShort:
            Failure(
                ID.cutShort, .usage, "this is only the beginning of a token; copy all of it")
        case .accessToken:
            Failure(
                ID.accessToken, .usage,
                "this is an access token, not an app secret or client token")
        case .appToken(let offset):
            Failure(
                ID.appToken, .usage,
                "the secret contains a vertical bar at character \(offset + 1), so it is an app "
                    + "token; copy only what comes after the bar")
        }
    }

    package static var samples: [PasteError] {
        [
            .placeholder, .wholeResponse, .address(offset: 0), .header(offset: 0),
            .name(offset: 0), .quotationMark(offset: 0), .bracket(offset: 0),
            .adjacentMark(offset: 0), .mark(offset: 16), .hashSign(offset: 16),
            .backslash(offset: 16), .colon(offset: 16), .asterisks(offset: 16), .dots(offset: 16),
            .encodedBar(offset: 16), .percentSign(offset: 16),
            .otherPlatform(.instagram, expected: .facebook, next: "tokenvault help add"),
            .cutShort, .accessToken, .appToken(offset: 16),
        ]
    }
}

extension MetaPlatform: MessageValue {
    package static var placeholder: String { "platform" }
    package var textInMessage: String { name }
}
