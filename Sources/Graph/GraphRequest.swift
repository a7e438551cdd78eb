internal import HTTP
internal import NIOCore
public import Sodium

/// One call, before it becomes HTTP.
///
/// Secrets stay in guarded memory until the moment of sending, when the HTTP library needs them in
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
    /// Below the version, without a leading slash.
    var path: String
    /// Sent in the URL with GET and DELETE, as a form with POST.
    var parameters: [Parameter] = []
    /// Sent as `Authorization: Bearer`.
    var token: SharedSecret?
    /// Whether the same call twice does what it does once.
    ///
    /// A code's exchange is not so: the first attempt may have used the code up though no answer
    /// came.
    var isRepeatable = true
    /// Whether `token` is the app's own.
    ///
    /// A refusal of it says something of the app secret, and nothing of the token asked about.
    var isAskedByApp = false
    /// Secrets that the call does not carry but was made with.
    var alsoKnown: [SharedSecret] = []

    /// Every secret that the call carries, for redaction of what comes back.
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

/// Graph's `appsecret_proof` for a token: lower-case hexadecimal HMAC-SHA-256.
public func appSecretProof(_ token: SharedSecret, appSecret: SharedSecret) -> String {
    appSecret.withSecret { key in
        token.withBytes { hexadecimal(KeyedHash.hmacSHA256($0, key: key)) }
    }
}

/// Graph's timed `appsecret_proof`, sent with `appsecret_time`: it is good for five minutes from `time`,
/// in seconds since 1970.
public func appSecretProof(
    _ token: SharedSecret, appSecret: SharedSecret, at time: Int64
) -> String {
    var message = token.duplicate()
    message.append(Array("|\(time)".utf8).span)
    return appSecretProof(SharedSecret(message), appSecret: appSecret)
}

extension GraphRequest {
    /// The request as HTTP, for a server at `base` such as `https://graph.facebook.com/v26.0`.
    func rendered(
        base: String, deadline: NIODeadline = .now() + HTTPTransport.callTime
    ) -> HTTPRequest {
        let form = parameters.map { "\(percentEncoded($0.name))=\(text(of: $0.value))" }
            .joined(separator: "&")
        // A compressed response would have to be unpacked before its token could be saved.
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
