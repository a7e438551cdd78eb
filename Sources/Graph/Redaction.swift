public import Sodium

/// Takes secrets out of texts that came from Meta or a library: Meta repeats tokens and app secrets
/// in its error messages.
public struct Redactor: Sendable {
    private let secrets: [SharedSecret]

    /// What stands in a secret's place.
    public static let mark = "[redacted]"

    /// A redactor that knows these secrets, besides everything that looks like one.
    public init(secrets: [SharedSecret]) {
        self.secrets = secrets
    }

    /// `text` on one line, without secrets and without control characters.
    public func redacted(_ text: String) -> String {
        var bytes = Array(text.utf8)
        // The longest first: an app token holds the app secret.
        for secret in secrets.sorted(by: { $0.count > $1.count }) where secret.count >= 4 {
            let raw = secret.withBytes { Array(copying: $0) }
            let encoded = percentEncoded(raw)
            for form in [raw, Array(encoded.utf8), Array(encoded.lowercasedEscapes.utf8)] {
                // As bytes: to a String, a combining mark would make the last letter another one.
                bytes.replace(form, with: Array(Self.mark.utf8))
            }
        }
        var text = String(decoding: bytes, as: UTF8.self)
        text = text.replacing(Self.parameter) { "\($0.1)=\(Self.mark)" }
        text = text.replacing(Self.malformedToken) { "\($0.1)\(Self.mark)" }
        for pattern in [Self.appToken, Self.hexadecimalSecret, Self.prefixedToken] {
            text = text.replacing(pattern, with: Self.mark)
        }
        return text.split(whereSeparator: { $0.isWhitespace || $0.isControl }).joined(
            separator: " ")
    }

    // A Regex is not Sendable, so each is made where it is used; this is the way of errors alone.

    private static var parameter: Regex<(Substring, Substring)> {
        /\b(access_token|input_token|fb_exchange_token|revoke_token|client_secret|code|appsecret_proof|machine_id|auth_nonce|client_token|id_token)=[^&\s"]+/
    }

    private static var malformedToken: Regex<(Substring, Substring)> {
        /((?:Malformed access token|Invalid client_secret:)\s+)\S+/
    }

    private static var prefixedToken: Regex<Substring> {
        /(?:EAA|CAA|XAA|IG[A-Z]|TH[A-Z])[0-9A-Za-z_\-]{8,}/
    }

    private static var appToken: Regex<Substring> {
        /\d{15,17}(?:\||%7C)[\w\-]+/
    }

    private static var hexadecimalSecret: Regex<Substring> {
        /\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b/
    }
}

extension String {
    /// The same with the letters of `%XX` in lower case, which is as good.
    fileprivate var lowercasedEscapes: String {
        replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
    }
}

extension Character {
    /// A character that a terminal obeys instead of showing it, or that hides others.
    var isControl: Bool {
        unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
