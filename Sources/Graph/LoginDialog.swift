import HTTP
public import Sodium

/// Meta's login dialog, in which the user grants permissions to an app.
///
/// The state identifies the answer that belongs to this login.
public struct LoginDialog: Sendable {
    /// The URL that the user's browser must open.
    public let address: String
    /// The URI to which the browser is redirected afterward.
    public let redirect: RedirectURI
    /// The PKCE code verifier for exchanging the code, if Meta supports one for this login.
    public let verifier: SharedSecret?
    private let state: [UInt8]

    /// The URL of Meta's server.
    public static let defaultURL = "https://www.facebook.com"

    /// Creates a login dialog for the app at `endpoint`, which is not the Graph API's server.
    ///
    /// With `rerequests`, the dialog also asks for scopes that the user declined earlier.
    public init(
        endpoint: GraphEndpoint, appID: String, redirect: RedirectURI,
        permissions: LoginPermissions, rerequests: Bool = false
    ) {
        self.redirect = redirect
        let state = Self.randomToken()
        self.state = Array(state.utf8)
        var items = [
            ("client_id", appID), ("redirect_uri", redirect.text), ("state", state),
            ("response_type", "code"),
        ]
        items += permissions.parameters
        if rerequests { items.append(("auth_type", "rerequest")) }
        // Meta documents PKCE only for OpenID Connect.
        if permissions.areOpenID {
            let verifier = Array(Self.randomToken().utf8)
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

    /// Creates a login dialog of Instagram or Threads for the app at `endpoint`.
    public init(
        platformEndpoint endpoint: GraphEndpoint, appID: String, redirect: RedirectURI,
        scopes: [String]
    ) {
        self.redirect = redirect
        let state = Self.randomToken()
        self.state = Array(state.utf8)
        verifier = nil
        let items = [
            ("client_id", appID), ("redirect_uri", redirect.text), ("state", state),
            ("response_type", "code"), ("scope", scopes.joined(separator: ",")),
        ]
        let query = items.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
        address = "\(endpoint.base)/oauth/authorize?\(query)"
    }

    /// Returns 256 random bits in base64url, 43 characters.
    static func randomToken() -> String { Base64.encodeForURL(randomBytes(32).span) }

    /// Returns the answer in an address that the user copied, or `nil` if it contains none.
    public func answer(in address: SharedSecret) -> LoginAnswer? {
        let copied = address.withBytes { bytes in
            String(validating: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        let answers = copied.map(CopiedAddress.candidates)?.compactMap { answer(in: $0) } ?? []
        return answers.first { !$0.isForeign } ?? answers.first
    }

    /// Returns the answer in the query or fragment of an address, or `nil` without one.
    func answer(in address: String) -> LoginAnswer? {
        let parts = address.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let beginning = parts[0].split(separator: "?", maxSplits: 1)
        // Users who copy only a part of the address copy the query.
        let query = beginning.last ?? ""
        let answers = ([query] + parts.dropFirst()).map { LoginAnswer.Items($0) }
        guard let items = answers.first(where: \.areAnAnswer) else { return nil }
        return LoginAnswer(
            items, isForThisLogin: items.isOneAnswer && (items["state"].map(isOwn) ?? false))
    }

    /// Returns whether `state` is the state of this login.
    ///
    /// Punctuation or the underscore of emphasized text may follow it.
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
    /// Whether the error name is enough to classify the refusal.
    ///
    /// OAuth has names for temporary errors and for problems with the app.
    fileprivate var isClassifiedByName: Bool {
        switch classification {
        case .transient, .configuration: true
        default: false
        }
    }
}

/// The outcome of a login dialog.
public enum LoginAnswer: Sendable {
    /// An authorization code, valid for one exchange within minutes.
    case code(SharedSecret)
    /// A token, which the dialog returns if it was asked for one.
    case token(SharedSecret)
    /// The user canceled the login; Meta's message.
    case canceled(String)
    /// Meta rejected the login without giving the user a choice.
    case refused(GraphRefusal)
    /// The login failed for another reason; Meta's message.
    case failed(String)
    /// The state is missing or belongs to another login, so the answer cannot be trusted.
    case foreign

    /// Whether the answer is `foreign`.
    public var isForeign: Bool { if case .foreign = self { true } else { false } }

    /// `name=value` items separated by `&`.
    struct Items {
        private var values: [String: String] = [:]
        /// Whether each item occurs only once.
        private(set) var isOneAnswer = true

        init(_ text: some StringProtocol) {
            for item in text.split(separator: "&") {
                let parts = item.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let value = percentDecoded(parts[1]) else { continue }
                let name = String(parts[0])
                // With two answers, the state of one would vouch for the code of the other.
                if values[name] != nil || parts[1].contains("://") { isOneAnswer = false }
                values[name] = value
            }
        }

        subscript(name: String) -> String? { values[name] }

        var areAnAnswer: Bool {
            ["code", "access_token", "error", "error_code"].contains { values[$0] != nil }
        }

        /// Returns the first of the named items as text to show; in forms, `+` stands for a space.
        func words(_ names: String...) -> String {
            let text = names.lazy.compactMap { values[$0] }.first ?? ""
            return Redactor(secrets: []).redacted(text.replacing("+", with: " "))
        }
    }

    /// Creates the answer from `items`; without the state of this login, even an error is foreign.
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
        } else if number != nil || refusal.isClassifiedByName {
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
