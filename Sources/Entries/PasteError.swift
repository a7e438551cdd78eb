/// Why pasted text cannot be a secret.
///
/// It contains the offset of the problem, but never any of the text itself.
package enum PasteError: Error {
    /// A placeholder for a secret, as in an example.
    case placeholder
    /// JSON, such as Meta's whole response.
    case wholeResponse
    /// A URL.
    case address(offset: Int)
    case header(offset: Int)
    /// A name with an equals sign.
    case name(offset: Int)
    case quotationMark(offset: Int)
    case bracket(offset: Int)
    /// A punctuation mark at the beginning or at the end.
    case adjacentMark(offset: Int)
    /// A punctuation mark between two secrets.
    case mark(offset: Int)
    case hashSign(offset: Int)
    case backslash(offset: Int)
    case colon(offset: Int)
    case asterisks(offset: Int)
    case dots(offset: Int)
    /// `%7C`, which encodes a vertical bar in a URL.
    case encodedBar(offset: Int)
    case percentSign(offset: Int)
    /// A token of another platform than that of the entry; `next` stores it in the right one.
    case otherPlatform(MetaPlatform, expected: MetaPlatform, next: CommandText)
    /// Only the beginning of a token.
    case cutShort
    /// An access token instead of an app secret or client token.
    case accessToken
    /// An app token instead of an app secret or client token, with a vertical bar at this offset.
    case appToken(offset: Int)
}
