import FoundationEssentials
import HTTP

/// A result of Graph, or the error object that came in its place.
///
/// The error is looked for first, whatever the HTTP status: Graph sends errors with 200 as well.
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
            // Parts of a batch come as the bare object.
            guard let bare = try? ErrorObject(from: decoder), bare.code != nil, bare.message != nil
            else { throw error }
            self = .error(bare)
        }
    }
}

extension HTTPResponse {
    /// The value that the body holds.
    ///
    /// - Throws: the error object's refusal, with secrets taken out by `redactor`, or what keeps the
    ///   body from being understood.
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
            guard !isFromElsewhere(error) else { throw .notGraph(status: status) }
            throw .refused(refusal(error, request: request))
        case .value(let value):
            guard status < 500 else { throw .serverError(status: status, retryAfter: retryAfter) }
            guard status != 429 else { throw .tooManyCalls(retryAfter: retryAfter) }
            guard !Self.statusesOfOthers.contains(status) else { throw .notGraph(status: status) }
            guard status < 400 else { throw .invalidResponse(.shape("error"), status: status) }
            return value
        }
    }

    private func failure(_ error: any Error) -> GraphError {
        let beginning = body.prefix(512).drop { $0 <= 0x20 }
        let isHTML = beginning.first == UInt8(ascii: "<")
        if isFromElsewhere(beginning, isHTML: isHTML, error) { return .notGraph(status: status) }
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

    /// Whether something on the way answered, or another server than Graph.
    ///
    /// Graph refuses with an error object in JSON, whatever the status; its page of HTML comes with 200, 400 and 5xx.
    private func isFromElsewhere(
        _ beginning: ArraySlice<UInt8>, isHTML: Bool, _ error: any Error
    ) -> Bool {
        switch status {
        case _ where Self.statusesOfOthers.contains(status):
            // JSON that was cut off may be Graph's; JSON of another shape is not.
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

    /// Statuses that gateways, firewalls and other servers answer with, and Graph only with an error object.
    private static let statusesOfOthers: Set<Int> = [
        401, 402, 403, 404, 405, 407, 410, 451, 511,
    ]

    /// The same of an error object: a gateway's has the HTTP status for a code, or no code at all.
    private func isFromElsewhere(_ error: ErrorObject) -> Bool {
        let isMetas =
            error.fbtraceID != nil || error.errorSubcode != nil
            || header("www-authenticate")?.contains("Facebook") == true
        guard Self.statusesOfOthers.contains(status), !isMetas else { return false }
        // A proxy wants a password, the network a login, or a law blocks the site.
        if [407, 451, 511].contains(status) { return true }
        if let type = error.type, type.hasSuffix("Exception") { return false }
        // Graph's own code; without an object of its own it comes with words, unlike that of a gateway.
        let hasOwnCode =
            ![0, status].contains(error.code?.value ?? 0)
            && (!error.isFlat || error.message != nil)
        // The names that oauth/access_token answers with; other servers have invalid_token too.
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
        refusal.wasAskedByApp = request.isAskedByApp
        refusal.isFromOAuth = request.path.hasPrefix("oauth/")
        refusal.carriedProof = request.parameters.contains { $0.name == "appsecret_proof" }
        return refusal
    }
}
