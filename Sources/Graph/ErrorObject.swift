import FoundationEssentials

/// The Graph API's error object, decoded from any of the formats in which errors occur.
struct ErrorObject: Decodable {
    var message: String?
    var type: String?
    var code: Lenient<Int>?
    var errorSubcode: Lenient<Int>?
    var isTransient: Bool?
    var errorUserTitle: String?
    var errorUserMessage: String?
    var fbtraceID: String?
    /// Whether the members are at the top level of the response instead of in an `error` object.
    var isFlat = false

    private enum CodingKeys: String, CodingKey {
        case message
        case type
        case code
        case errorSubcode = "error_subcode"
        case isTransient = "is_transient"
        case errorUserTitle = "error_user_title"
        case errorUserMessage = "error_user_msg"
        case fbtraceID = "fbtrace_id"
    }

    /// Decodes the members, ignoring those of an unexpected type.
    ///
    /// An error object counts as an error even if nothing in it can be decoded.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        message = try container.text(forKey: .message, isRepaired: decoder.isRepaired)
        type = (try? container.decode(String.self, forKey: .type))?.cappedName
        code = try? container.decode(Lenient<Int>.self, forKey: .code)
        if code == nil, let word = try? container.decode(String.self, forKey: .code) {
            type = type ?? word.cappedName
        }
        errorSubcode = try? container.decode(Lenient<Int>.self, forKey: .errorSubcode)
        if let flag = try? container.decode(Bool.self, forKey: .isTransient) {
            isTransient = flag
        } else if let word = try? container.decode(Lenient<String>.self, forKey: .isTransient) {
            isTransient = ["true", "1"].contains(word.value)
        }
        errorUserTitle = try container.text(
            forKey: .errorUserTitle, isRepaired: decoder.isRepaired)
        errorUserMessage = try container.text(
            forKey: .errorUserMessage, isRepaired: decoder.isRepaired)
        fbtraceID = (try? container.decode(String.self, forKey: .fbtraceID))?.cappedName
    }
}

extension ErrorObject {
    private enum ResponseKeys: String, CodingKey {
        case error
        case accessToken = "access_token"
        case description = "error_description"
        case code
        case errorCode = "error_code"
        case errorSubcode = "error_subcode"
        case errorMessage = "error_message"
        case shortMessage = "error_msg"
        case errorType = "error_type"
        case userTitle = "error_user_title"
        case userMessage = "error_user_msg"
        case trace = "fbtrace_id"
    }

    /// Decodes the error that makes up a whole response, or returns `nil` if it is not an error.
    ///
    /// Apart from the Graph API's own `{"error":{…}}` there are the dialog's
    /// `{"error_code","error_msg"}`, Instagram's `{"error_type","code","error_message"}` and
    /// OAuth's `{"error":"…","error_description"}` (RFC 6749, section 5.2).
    init?(response decoder: any Decoder) throws {
        guard let container = try? decoder.container(keyedBy: ResponseKeys.self) else { return nil }
        let isRepaired = decoder.isRepaired
        do {
            let error = try container.decode(ErrorObject.self, forKey: .error)
            // A response with a token is not an error: an issued token must not be lost.
            let token = try container.text(forKey: .accessToken, isRepaired: isRepaired)
            guard token?.isEmpty != false else { return nil }
            self = error
            return
        } catch let error as BrokenText {
            throw error
        } catch {}
        func text(_ key: ResponseKeys) throws -> String? {
            try container.text(forKey: key, isRepaired: isRepaired).flatMap {
                $0.isEmpty ? nil : $0
            }
        }
        guard try text(.accessToken) == nil else { return nil }
        isFlat = true
        let word = try text(.error)
        message = try text(.shortMessage) ?? text(.errorMessage) ?? text(.description)
        type = try text(.errorType)
        code = try? container.decode(Lenient<Int>.self, forKey: .errorCode)
        if code == nil { type = try type ?? text(.errorCode) }
        if let word {
            // Either a name such as `invalid_client` or the message itself.
            let isName = word.wholeMatch(of: /[A-Za-z_]{1,64}/) != nil
            if isName { type = type ?? word } else { message = message ?? word }
        }
        guard message != nil || type != nil || code.map({ $0.value != 0 }) == true else {
            return nil
        }
        code = code ?? (try? container.decode(Lenient<Int>.self, forKey: .code))
        errorSubcode = try? container.decode(Lenient<Int>.self, forKey: .errorSubcode)
        errorUserTitle = try text(.userTitle)
        errorUserMessage = try text(.userMessage)
        fbtraceID = try text(.trace)
    }
}

/// A value that the Graph API sends sometimes as a number and sometimes as a string.
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

/// A list decoded element by element, skipping those that cannot be decoded.
struct ReadableElements<Element: Decodable>: Decodable {
    var elements: [Element] = []

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd {
            if let element = try? list.decode(Element.self) {
                elements.append(element)
            } else {
                _ = try list.decode(Unread.self)
            }
        }
    }
}

/// A value of any type, skipped.
struct Unread: Decodable {
    init(from decoder: any Decoder) {}
}
