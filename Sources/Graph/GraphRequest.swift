internal import HTTP
internal import NIOCore
public import Sodium

/// The HTTP method of a call.
public enum GraphMethod: String, CaseIterable, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
}

/// A call to the Graph API, before it is rendered as an HTTP request.
///
/// Secrets stay in guarded memory until the request is sent, when the HTTP library needs them in
/// ordinary memory.
struct GraphRequest: Sendable {
    typealias Method = GraphMethod

    enum Value {
        case text(String)
        case secret(SharedSecret)
        /// A file with this name, which only a POST can send.
        case file(name: String, content: [UInt8])
    }

    typealias Parameter = (name: String, value: Value)

    var method: Method
    /// The path after the version, without a leading slash.
    var path: String
    /// Parameters that are always sent in the URL, already encoded.
    var query = ""
    /// The content type that the call prefers.
    var accept = "application/json"
    /// The parameters, sent in the URL with GET and DELETE, and as a form with POST.
    var parameters: [Parameter] = []
    /// The access token, sent as `Authorization: Bearer`.
    var token: SharedSecret?
    /// Whether the call is idempotent.
    ///
    /// Exchanging a code is not: the first attempt may have used up the code even if its response
    /// was lost.
    var isRepeatable = true
    /// Whether `token` is the app's own.
    ///
    /// A refusal of the app's token concerns the app secret, not the token being inspected.
    var usesAppToken = false
    /// Whether the caller compares the version that answered with the requested one itself.
    var comparesVersion = false
    /// Secrets that the call does not contain but was derived from.
    var alsoKnown: [SharedSecret] = []

    /// All secrets of the call, which are redacted in the response.
    var secrets: [SharedSecret] {
        var secrets = alsoKnown + (token.map { [$0] } ?? [])
        for parameter in parameters {
            if case .secret(let secret) = parameter.value { secrets.append(secret) }
        }
        return secrets
    }

    /// Adds `appsecret_proof`: the token's HMAC-SHA-256 under the app secret, in hexadecimal.
    mutating func addProof(appSecret: SharedSecret?) {
        guard let token, let appSecret else { return }
        alsoKnown.append(appSecret)
        parameters.append(("appsecret_proof", .text(appSecretProof(token, appSecret: appSecret))))
    }
}

/// Returns the Graph API's `appsecret_proof` for a token: its HMAC-SHA-256 in lowercase
/// hexadecimal.
public func appSecretProof(_ token: SharedSecret, appSecret: SharedSecret) -> String {
    appSecret.withSecret { key in
        token.withBytes { hexadecimal(KeyedHash.hmacSHA256($0, key: key)) }
    }
}

/// Returns the Graph API's timed `appsecret_proof`, which is sent with `appsecret_time`.
///
/// It is valid for five minutes from `time`, in seconds since 1970.
public func appSecretProof(
    _ token: SharedSecret, appSecret: SharedSecret, at time: Int64
) -> String {
    var message = token.duplicate()
    message.append(Array("|\(time)".utf8).span)
    return appSecretProof(SharedSecret(message), appSecret: appSecret)
}

extension GraphRequest {
    /// Returns the HTTP request to a server at `base`, such as `https://graph.facebook.com/v26.0`.
    func rendered(
        base: String, deadline: NIODeadline = .now() + HTTPTransport.callTime
    ) -> HTTPRequest {
        // A compressed response would have to be decompressed before its token could be saved.
        var headers = [
            (name: "Accept", value: accept),
            (name: "Accept-Encoding", value: "identity"),
        ]
        if let token {
            let value = token.withBytes { bytes in
                String(decoding: Array(copying: bytes), as: UTF8.self)
            }
            headers.append(("Authorization", "Bearer \(value)"))
        }
        let items = [query, method == .post ? "" : form].filter { !$0.isEmpty }
        let url = ([path] + (items.isEmpty ? [] : [items.joined(separator: "&")]))
            .joined(separator: "?")
        var body: [UInt8] = []
        if method == .post {
            let content = content
            headers.append(("Content-Type", content.type))
            body = content.body
        }
        return HTTPRequest(
            method: method.rawValue, url: "\(base)/\(url)", headers: headers, body: body,
            deadline: deadline)
    }

    /// The parameters as a form.
    private var form: String {
        parameters.map { "\(percentEncoded($0.name))=\(text(of: $0.value))" }
            .joined(separator: "&")
    }

    /// The body of a POST request and its content type.
    private var content: (type: String, body: [UInt8]) {
        let hasFile = parameters.contains { if case .file = $0.value { true } else { false } }
        guard hasFile else { return ("application/x-www-form-urlencoded", Array(form.utf8)) }
        let multipart = MultipartForm(parameters)
        return (multipart.contentType, multipart.body)
    }

    private func text(of value: Value) -> String {
        switch value {
        case .text(let text):
            percentEncoded(text)
        case .secret(let secret):
            secret.withBytes { bytes in
                percentEncoded(Array(copying: bytes))
            }
        case .file(_, let content):
            percentEncoded(content)
        }
    }
}
