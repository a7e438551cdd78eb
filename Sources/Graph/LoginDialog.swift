import HTTP
public import Sodium

/// The page of Meta's on which a person allows an app, and what makes its answer known for the one that
/// was asked for.
public struct LoginDialog: Sendable {
    /// What the person's browser is to open.
    public let address: String
    /// Where the browser is sent afterwards.
    public let redirect: RedirectURI
    /// The key that the code's exchange must show (PKCE), where Meta takes one.
    public let verifier: SharedSecret?
    private let state: [UInt8]

    /// Meta's own address.
    public static let defaultURL = "https://www.facebook.com"

    /// A dialog for the app at `endpoint`, which is another server than Graph's.
    public init(
        endpoint: GraphEndpoint, appID: String, redirect: RedirectURI, scopes: [String]
    ) {
        self.redirect = redirect
        let state = Self.randomWord()
        self.state = Array(state.utf8)
        var items = [
            ("client_id", appID), ("redirect_uri", redirect.text), ("state", state),
            ("response_type", "code"), ("scope", scopes.joined(separator: ",")),
        ]
        // Meta documents the proof key for OpenID Connect alone.
        if scopes.contains("openid") {
            let verifier = Array(Self.randomWord().utf8)
            self.verifier = SharedSecret(Secret(copying: verifier.span))
            items += [
                ("code_challenge", Base64.encodeForURL(sha256(verifier.span).span)),
                ("code_challenge_method", "S256"),
            ]
        } else {
            verifier = nil
        }
        let query = items.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
        address = "\(endpoint.base)/dialog/oauth?\(query)"
    }

    /// 256 bits, in 43 letters.
    static func randomWord() -> String { Base64.encodeForURL(randomBytes(32).span) }

    /// The answer in an address that a person copied, or `nil` if there is none in it.
    public func answer(in address: SharedSecret) -> LoginAnswer? {
        let copied = address.withBytes { bytes in
            String(validating: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        let answers = copied.map(CopiedAddress.readings)?.compactMap { answer(in: $0) } ?? []
        return answers.first { !$0.isForeign } ?? answers.first
    }

    /// The answer in the query or fragment of an address, or `nil` if there is none.
    func answer(in address: String) -> LoginAnswer? {
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let beginning = parts[0].split(separator: "?", maxSplits: 1)
        // Who copies less than the whole address copies the part that counts.
        let query = beginning.last ?? ""
        let answers = ([query] + parts.dropFirst()).map { LoginAnswer.Items($0) }
        guard let items = answers.first(where: \.areAnAnswer) else { return nil }
        return LoginAnswer(
            items, isForThisLogin: items.isOneAnswer && (items["state"].map(isOwn) ?? false))
    }

    /// Whether it is this login's state, perhaps followed by punctuation or the underscore of emphasized text.
    private func isOwn(_ state: String) -> Bool {
        let bytes = Array(state.utf8)
        let rest = String(decoding: bytes.dropFirst(self.state.count), as: UTF8.self)
        let isWhole =
            rest == "_"
            || rest.first.map { !$0.isLetter && !$0.isNumber && !"-_".contains($0) } ?? true
        let beginning = Array(bytes.prefix(self.state.count))
        return constantTimeEqual(beginning.span, self.state.span) && isWhole
    }
}

extension GraphRefusal {
    /// Whether its name alone says what can be done: OAuth has names for what passes by itself and for
    /// what is wrong with the app.
    fileprivate var isKnownByName: Bool {
        switch classification {
        case .transient, .configuration: true
        default: false
        }
    }
}

/// What came of a login dialog.
public enum LoginAnswer: Sendable {
    /// A code, good for one exchange within minutes.
    case code(SharedSecret)
    /// A token, where the dialog was told to give one.
    case token(SharedSecret)
    /// The person canceled it; Meta's words.
    case canceled(String)
    /// Meta did not let the person choose.
    case refused(GraphRefusal)
    /// Something else is wrong, in Meta's words.
    case failed(String)
    /// It has no state or another login's, so that nothing in it can be believed.
    case foreign

    /// Whether it is `foreign`.
    public var isForeign: Bool { if case .foreign = self { true } else { false } }

    /// `name=value` items joined by `&`.
    struct Items {
        private var values: [String: String] = [:]
        /// Whether each item is there once.
        private(set) var isOneAnswer = true

        init(_ text: some StringProtocol) {
            for item in text.split(separator: "&") {
                let parts = item.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let value = percentDecoded(parts[1]) else { continue }
                let name = String(parts[0])
                // Two answers in one text: the state of one would vouch for the code of the other.
                if values[name] != nil || parts[1].contains("://") { isOneAnswer = false }
                values[name] = value
            }
        }

        subscript(name: String) -> String? { values[name] }

        var areAnAnswer: Bool {
            ["code", "access_token", "error", "error_code"].contains { values[$0] != nil }
        }

        /// Text for people: a form's space is a plus sign.
        func words(_ names: String...) -> String {
            let text = names.lazy.compactMap { values[$0] }.first ?? ""
            return Redactor(secrets: []).redacted(text.replacing("+", with: " "))
        }
    }

    /// The answer that `items` spell; without this login's state it is nobody's, an error too.
    init(_ items: Items, isForThisLogin: Bool) {
        let error = items["error"].flatMap { $0.isEmpty ? nil : $0 }
        let number = items["error_code"].flatMap { Int($0) }
        var refusal = GraphRefusal(
            code: number ?? 0, message: items.words("error_message", "error_description"),
            httpStatus: 200)
        refusal.type = number == nil ? items["error_code"] ?? error : error
        guard isForThisLogin else {
            self = .foreign
            return
        }
        if refusal.classification == .configuration(.blockedApp) {
            self = .refused(refusal)
        } else if error == "access_denied" || items["error_reason"] == "user_denied"
            || number == 4201
        {
            self = .canceled(items.words("error_description", "error_message"))
        } else if number != nil || refusal.isKnownByName {
            self = .refused(refusal)
        } else if error != nil || items["error_code"] != nil {
            self = .failed(items.words("error_description", "error_message", "error"))
        } else if let code = items["code"].flatMap({ SecretText($0).secret }) {
            self = .code(code)
        } else if let token = items["access_token"].flatMap({ SecretText($0).secret }) {
            self = .token(token)
        } else {
            self = .failed("an empty answer")
        }
    }
}
