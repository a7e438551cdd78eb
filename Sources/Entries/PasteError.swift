/// Why what was pasted in the place of a secret cannot be one.
///
/// Where something is wrong is told by its offset: nothing of the text itself is in it.
package enum PasteError: Error {
    /// What stands in the place of a secret in an example.
    case placeholder
    /// JSON, such as Meta's whole response.
    case wholeResponse
    case address(offset: Int)
    case header(offset: Int)
    /// A name with an equals sign.
    case name(offset: Int)
    case quotationMark(offset: Int)
    case bracket(offset: Int)
    /// A mark at the beginning or at the end.
    case adjacentMark(offset: Int)
    /// A mark between two secrets.
    case mark(offset: Int)
    case hashSign(offset: Int)
    case backslash(offset: Int)
    case colon(offset: Int)
    case asterisks(offset: Int)
    case dots(offset: Int)
    /// `%7C`, which is a bar in an address.
    case encodedBar(offset: Int)
    case percentSign(offset: Int)
    case otherPlatform(Platform)
    /// The beginning of a token.
    case cutShort
    /// An access token in the place of an app's secret or client token.
    case accessToken
    /// An app token in the place of an app's secret or client token; where its bar is.
    case appToken(offset: Int)

    /// Another of Meta's platforms, with tokens of its own.
    package enum Platform: String, Sendable {
        case instagram = "Instagram"
        case threads = "Threads"
    }
}
