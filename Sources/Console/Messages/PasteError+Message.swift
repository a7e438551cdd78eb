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
                "this is not the secret but what stands in its place in an example: paste the "
                    + "secret itself")
        case .wholeResponse:
            Failure(
                ID.wholeResponse, .usage,
                "a bracket at character 1: this is more than the secret, such as Meta's whole "
                    + "answer; copy what is between the quotes, or import it",
                hint: "tokenvault help import")
        case .address(let offset):
            Failure(
                ID.address, .usage,
                "an address in the secret, at character \(offset + 1): copy the secret alone")
        case .header(let offset):
            Failure(
                ID.header, .usage,
                "a header in the secret, at character \(offset + 1): copy what comes after the "
                    + "word Bearer")
        case .name(let offset):
            Failure(
                ID.name, .usage,
                "a name and an equals sign in the secret, at character \(offset + 1): copy what "
                    + "comes after them")
        case .quotationMark(let offset):
            Failure(
                ID.quotationMark, .usage,
                "a quotation mark in the secret, at character \(offset + 1): copy it again, "
                    + "without the quotes")
        case .bracket(let offset):
            Failure(
                ID.bracket, .usage,
                "a bracket or brace in the secret, at character \(offset + 1): copy the secret "
                    + "alone")
        case .adjacentMark(let offset):
            Failure(
                ID.mark, .usage,
                "a punctuation mark next to the secret, at character \(offset + 1): copy the "
                    + "secret alone")
        case .mark(let offset):
            Failure(
                ID.mark, .usage,
                "a punctuation mark in the secret, at character \(offset + 1): copy one secret "
                    + "alone")
        case .hashSign(let offset):
            Failure(
                ID.mark, .usage,
                "a hash sign in the secret, at character \(offset + 1): copy the secret alone")
        case .backslash(let offset):
            Failure(
                ID.mark, .usage,
                "a backslash in the secret, at character \(offset + 1): copy the secret alone")
        case .colon(let offset):
            Failure(
                ID.mark, .usage,
                "a colon in the secret, at character \(offset + 1): copy the secret alone")
        case .asterisks(let offset):
            Failure(
                ID.masked, .usage,
                "asterisks in the secret, at character \(offset + 1): have it shown in full before "
                    + "you copy it")
        case .dots(let offset):
            Failure(
                ID.shortened, .usage,
                "dots in the secret, at character \(offset + 1): it was shortened; copy all of it")
        case .encodedBar(let offset):
            Failure(
                ID.percentSign, .usage,
                "a percent sign in the secret, at character \(offset + 1): it comes from an "
                    + "address, where | is written so; copy it from elsewhere")
        case .percentSign(let offset):
            Failure(
                ID.percentSign, .usage,
                "a percent sign in the secret, at character \(offset + 1): it comes from an "
                    + "address; copy it from elsewhere")
        case .otherPlatform(let platform):
            Failure(
                ID.otherPlatform, .usage,
                "this is a token of \(platform), which the Graph API does not take: Facebook's "
                    + "begin with EAA")
        case .cutShort:
            Failure(
                ID.cutShort, .usage, "this is only the beginning of a token: copy all of it")
        case .accessToken:
            Failure(
                ID.accessToken, .usage,
                "this is an access token, not the secret or client token of an app")
        case .appToken(let offset):
            Failure(
                ID.appToken, .usage,
                "a bar in the secret, at character \(offset + 1): this is an app token; copy what "
                    + "comes after the bar")
        }
    }

    package static var samples: [PasteError] {
        [
            .placeholder, .wholeResponse, .address(offset: 0), .header(offset: 0),
            .name(offset: 0), .quotationMark(offset: 0), .bracket(offset: 0),
            .adjacentMark(offset: 0), .mark(offset: 16), .hashSign(offset: 16),
            .backslash(offset: 16), .colon(offset: 16), .asterisks(offset: 16), .dots(offset: 16),
            .encodedBar(offset: 16), .percentSign(offset: 16), .otherPlatform(.instagram),
            .cutShort, .accessToken, .appToken(offset: 16),
        ]
    }
}

extension PasteError.Platform: MessageValue {
    package static let placeholder = "platform"
    package var textInMessage: String { rawValue }
}
