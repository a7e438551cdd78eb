internal import HTTP
internal import NIOCore
public import Sodium

/// A call to the Graph API, before it is rendered as an HTTP request.
///
/// Secrets stay in guarded memory until the request is sent, when the HTTP library needs them in
/// ordinary memory.
struct GraphRequest: Sendable {
    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    enum Value {
        case text(String)
        case secret(SharedSecret)
    }

    typealias Parameter = (name: String, value: Value)

    var method: Method
    /// The path after the version, without a leading slash.
    var path: String
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
        let form = parameters.map { "\(percentEncoded($0.name))=\(text(of: $0.value))" }
            .joined(separator: "&")
        // A compressed response would have to be decompressed before its token could be saved.
        var headers = [
            (name: "Accept", value: "application/json"),
            (name: "Accept-Encoding", value: "identity"),
        ]
        if let token {
            let value = token.withBytes { bytes in
                String(decoding: Array(copying: bytes), as: UTF8.self)
            }
            headers.append(("Authorization", "Bearer \(value)"))
        }
        guard method == .post else {
            return HTTPRequest(
                method: method.rawValue, url: "\(base)/\(path)" + (form.isEmpty ? "" : "?\(form)"),
                headers: headers, body: [], deadline: deadline)
        }
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        return HTTPRequest(
            method: method.rawValue, url: "\(base)/\(path)", headers: headers,
            body: Array(form.utf8), deadline: deadline)
    }

    private func text(of value: Value) -> String {
        switch value {
        case .text(let text):
            percentEncoded(text)
        case .secret(let secret):
            secret.withBytes { bytes in
                percentEncoded(Array(copying: bytes))
            }
        }
    }
}
