import FoundationEssentials
import HTTP

/// A result from the Graph API, or the error object sent instead of one.
///
/// Decoding looks for the error first, whatever the HTTP status: the Graph API also sends errors
/// with 200.
enum Envelope<Value: Decodable>: Decodable {
    case value(Value)
    case error(ErrorObject)

    init(from decoder: any Decoder) throws {
        if let error = try ErrorObject(response: decoder) {
            self = .error(error)
            return
        }
        do {
            self = .value(try Value(from: decoder))
        } catch {
            // In the parts of a batch, the error object is not wrapped in `error`.
            guard let bare = try? ErrorObject(from: decoder), bare.code != nil, bare.message != nil
            else { throw error }
            self = .error(bare)
        }
    }
}

extension HTTPResponse {
    /// Returns the value in the body.
    ///
    /// - Throws: The refusal in the error object, with the secrets of `request` redacted, or the
    ///   reason why the body cannot be decoded.
    func decoded<Value: Decodable>(
        as type: Value.Type, request: GraphRequest
    ) throws(GraphError) -> Value {
        guard !(300..<400).contains(status) else {
            throw .invalidResponse(.redirect, status: status)
        }
        do {
            return try result(
                of: JSONDecoder.value(Envelope<Value>.self, in: body), request: request)
        } catch let error as GraphError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    private func result<Value>(
        of envelope: Envelope<Value>, request: GraphRequest
    ) throws(GraphError) -> Value {
        switch envelope {
        case .error(let error):
            guard !isForeign(error) else { throw .notGraph(status: status) }
            throw .refused(refusal(error, request: request))
        case .value(let value):
            guard status < 500 else { throw .serverError(status: status, retryAfter: retryAfter) }
            guard status != 429 else { throw .tooManyCalls(retryAfter: retryAfter) }
            guard !Self.foreignStatuses.contains(status) else { throw .notGraph(status: status) }
            guard status < 400 else { throw .invalidResponse(.shape("error"), status: status) }
            return value
        }
    }

    /// Returns why there is no result in a response whose body cannot be decoded.
    func failure(_ error: any Error) -> GraphError {
        let beginning = body.prefix(512).drop { $0 <= 0x20 }
        let isHTML = beginning.first == UInt8(ascii: "<")
        if isForeign(beginning, isHTML: isHTML, error) { return .notGraph(status: status) }
        if status == 429 { return .tooManyCalls(retryAfter: retryAfter) }
        if status >= 500 { return .serverError(status: status, retryAfter: retryAfter) }
        if beginning.isEmpty { return .invalidResponse(.empty, status: status) }
        // Meta's "Sorry, something went wrong" comes with any status, 200 included.
        if isHTML { return .serverError(status: status, retryAfter: retryAfter) }
        switch error {
        case DecodingError.keyNotFound(let key, _):
            return .invalidResponse(.shape(key.stringValue), status: status)
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            let key = context.codingPath.last?.stringValue ?? "the whole"
            return .invalidResponse(.shape(key), status: status)
        default:
            return .invalidResponse(.notJSON, status: status)
        }
    }

    /// Returns whether a body that cannot be decoded came from a proxy or another server.
    ///
    /// The Graph API reports errors as a JSON error object, regardless of the status. It sends its
    /// HTML error page with 200, 400 and 5xx.
    private func isForeign(
        _ beginning: ArraySlice<UInt8>, isHTML: Bool, _ error: any Error
    ) -> Bool {
        switch status {
        case _ where Self.foreignStatuses.contains(status):
            // Truncated JSON may be the Graph API's; valid JSON of an unexpected shape is not.
            guard [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(beginning.first) else {
                return true
            }
            if case DecodingError.dataCorrupted = error { return false }
            return true
        case 400..<500 where isHTML && ![408, 425, 429].contains(status):
            return !String(decoding: beginning, as: UTF8.self).lowercased().contains("facebook")
        default:
            return false
        }
    }

    /// Statuses sent by gateways, firewalls and other servers.
    ///
    /// The Graph API sends these only with an error object.
    private static let foreignStatuses: Set<Int> = [
        401, 402, 403, 404, 405, 407, 410, 451, 511,
    ]

    /// Returns whether an error object came from a proxy or another server.
    ///
    /// The error objects of gateways repeat the HTTP status as their code or have no code at all.
    private func isForeign(_ error: ErrorObject) -> Bool {
        let isFromMeta =
            error.fbtraceID != nil || error.errorSubcode != nil
            || header("www-authenticate")?.contains("Facebook") == true
        guard Self.foreignStatuses.contains(status), !isFromMeta else { return false }
        // Proxy authentication, a legal block, or a captive portal.
        if [407, 451, 511].contains(status) { return true }
        if let type = error.type, type.hasSuffix("Exception") { return false }
        // A code of the Graph API's own. In a flat error it comes with a message, unlike a
        // gateway's code.
        let hasOwnCode =
            ![0, status].contains(error.code?.value ?? 0)
            && (!error.isFlat || error.message != nil)
        // The names that oauth/access_token uses; invalid_token is also used by other servers.
        let names = ["invalid_client", "unauthorized_client", "invalid_grant", "invalid_scope"]
        return !hasOwnCode && error.type.map { !names.contains($0) } != false
    }

    private func refusal(_ error: ErrorObject, request: GraphRequest) -> GraphRefusal {
        let redactor = Redactor(secrets: request.secrets)
        var refusal = GraphRefusal(
            code: error.code?.value ?? 0, subcode: error.errorSubcode?.value,
            message: redactor.redacted(error.message ?? ""), httpStatus: status)
        refusal.type = error.type.map(redactor.redacted)
        refusal.isTransient = error.isTransient ?? false
        refusal.fbtraceID = error.fbtraceID.map(redactor.redacted)
        refusal.userTitle = error.errorUserTitle.map(redactor.redacted)
        refusal.userMessage = error.errorUserMessage.map(redactor.redacted)
        refusal.retryAfter = retryAfter
        refusal.usedAppToken = request.usesAppToken
        refusal.isFromOAuth =
            request.path.hasPrefix("oauth/") || request.path == PlatformClient.exchangePath
        refusal.carriedProof = request.parameters.contains { $0.name == "appsecret_proof" }
        return refusal
    }
}
