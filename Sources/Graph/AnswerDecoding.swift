import FoundationEssentials

/// A result of Graph, or the error object that came in its place.
///
/// The error is looked for first, whatever the HTTP status: Graph sends errors with 200 as well.
enum Envelope<Value: Decodable>: Decodable {
    case value(Value)
    case error(ErrorObject)

    private enum Keys: CodingKey {
        case error
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Keys.self),
            let error = try? container.decode(ErrorObject.self, forKey: .error)
        {
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

/// The error object as Graph sends it.
struct ErrorObject: Decodable {
    var message: String?
    var type: String?
    var code: Lenient<Int>?
    var errorSubcode: Lenient<Int>?
    var isTransient: Bool?
    var errorUserMessage: String?
    var fbtraceID: String?

    private enum CodingKeys: String, CodingKey {
        case message
        case type
        case code
        case errorSubcode = "error_subcode"
        case isTransient = "is_transient"
        case errorUserMessage = "error_user_msg"
        case fbtraceID = "fbtrace_id"
    }

    /// Whatever is of another type than usual is left out: an error object always counts as one.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        message = try? container.decode(String.self, forKey: .message)
        type = (try? container.decode(String.self, forKey: .type))?.cappedName
        code = try? container.decode(Lenient<Int>.self, forKey: .code)
        errorSubcode = try? container.decode(Lenient<Int>.self, forKey: .errorSubcode)
        if let flag = try? container.decode(Bool.self, forKey: .isTransient) {
            isTransient = flag
        } else if let word = try? container.decode(Lenient<String>.self, forKey: .isTransient) {
            isTransient = ["true", "1"].contains(word.value)
        }
        errorUserMessage = try? container.decode(String.self, forKey: .errorUserMessage)
        fbtraceID = (try? container.decode(String.self, forKey: .fbtraceID))?.cappedName
    }
}

/// A number or text that Graph sends now as one, now as the other.
struct Lenient<Value: LosslessStringConvertible & Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Value.self) {
            self.value = value
        } else if let text = try? container.decode(String.self), let value = Value(text) {
            self.value = value
        } else if let number = try? container.decode(Int64.self), let value = Value("\(number)") {
            self.value = value
        } else {
            let number = try container.decode(Double.self)
            guard let whole = Int64(exactly: number.rounded()), let value = Value("\(whole)") else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "neither a number nor a text")
            }
            self.value = value
        }
    }
}

extension Lenient: Sendable where Value: Sendable {}

extension HTTPAnswer {
    /// The value that the body holds.
    ///
    /// - Throws: the error object's refusal, with secrets taken out by `redactor`, or what keeps the
    ///   body from being understood.
    func decoded<Value: Decodable>(
        as type: Value.Type, request: GraphRequest
    ) throws(GraphError) -> Value {
        guard !(300..<400).contains(status) else {
            throw .notUnderstood(.redirect, status: status)
        }
        do {
            switch try JSONDecoder().decode(Envelope<Value>.self, from: Data(body)) {
            case .error(let error):
                throw GraphError.refused(refusal(error, request: request))
            case .value(let value):
                guard status < 500 else { throw GraphError.faulty(status: status) }
                guard status < 400 else {
                    throw GraphError.notUnderstood(.shape("error"), status: status)
                }
                return value
            }
        } catch let error as GraphError {
            throw error
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> GraphError {
        if status >= 500 { return .faulty(status: status) }
        let beginning = body.prefix(512).drop { $0 <= 0x20 }
        if beginning.isEmpty { return .notUnderstood(.empty, status: status) }
        // Meta's "Sorry, something went wrong" comes with any status, 200 included.
        if beginning.first == UInt8(ascii: "<") { return .faulty(status: status) }
        switch error {
        case DecodingError.keyNotFound(let key, _):
            return .notUnderstood(.shape(key.stringValue), status: status)
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            let key = context.codingPath.last?.stringValue ?? "the whole"
            return .notUnderstood(.shape(key), status: status)
        default:
            return .notUnderstood(.notJSON, status: status)
        }
    }

    private func refusal(_ error: ErrorObject, request: GraphRequest) -> GraphRefusal {
        let redactor = Redactor(secrets: request.secrets)
        var refusal = GraphRefusal(
            code: error.code?.value ?? 0, subcode: error.errorSubcode?.value,
            message: redactor.redacted(error.message ?? ""), httpStatus: status)
        refusal.type = error.type.map(redactor.redacted)
        refusal.isTransient = error.isTransient ?? false
        refusal.fbtraceID = error.fbtraceID.map(redactor.redacted)
        refusal.userMessage = error.errorUserMessage.map(redactor.redacted)
        refusal.retryAfter = retryAfter
        refusal.isFromOAuth = request.path.hasPrefix("oauth/")
        refusal.carriedProof = request.parameters.contains { $0.name == "appsecret_proof" }
        return refusal
    }
}
