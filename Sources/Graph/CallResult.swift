import FoundationEssentials
import HTTP

extension HTTPResponse {
    /// Checks the response to a call whose result is not known in advance.
    ///
    /// Whatever is not an error is a result, of any content type. HTML is always an error page.
    ///
    /// - Throws: The refusal in the error object, or why there is no result.
    func checkResult(of request: GraphRequest) throws(GraphError) {
        guard !(300..<400).contains(status) else {
            throw .invalidResponse(.redirect, status: status)
        }
        // Secrets in it could not be found.
        if isCompressed { throw .invalidResponse(.encoded, status: status) }
        if isWebPage { throw failure(WebPage()) }
        guard status < 400 else {
            _ = try decoded(as: NoResult.self, request: request)
            return
        }
        guard !body.isEmpty || status == 204 else { throw .invalidResponse(.empty, status: status) }
        guard isJSONLike || claimsJSON else { return }
        // JSON in UTF-16 could be decoded, but its secrets would not be found.
        guard !body.contains(0) || !claimsJSON else {
            throw .invalidResponse(.notJSON, status: status)
        }
        // A node may have fields that are called like those of an error, such as `error_message`.
        if (try? JSONDecoder.value(NodeFields.self, in: body))?.isNode == true { return }
        do throws(GraphError) {
            _ = try decoded(as: Unread.self, request: request)
        } catch .invalidResponse(let problem, let status) {
            if claimsJSON { throw .invalidResponse(problem, status: status) }
        }
    }

    /// Whether a header says that the body, or its transfer, is compressed.
    private var isCompressed: Bool {
        headers.contains { header in
            guard ["content-encoding", "transfer-encoding"].contains(header.name) else {
                return false
            }
            return header.value.lowercased().split(separator: ",").contains { coding in
                !["", "identity", "chunked"].contains(coding.filter { $0 != " " && $0 != "\t" })
            }
        }
    }

    /// The first bytes of the body, without whitespace and a byte order mark in front.
    private var beginning: ArraySlice<UInt8> {
        body.prefix(512).drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
    }

    /// The content type in lowercase, or an empty text.
    private var contentType: String { header("content-type")?.lowercased() ?? "" }

    private var isJSONLike: Bool {
        [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(beginning.first)
    }

    /// Whether the body must be JSON.
    private var claimsJSON: Bool {
        contentType.isEmpty
            ? isJSONLike : contentType.contains("json") || contentType.contains("javascript")
    }

    private var isWebPage: Bool {
        guard !isJSONLike else { return false }
        if contentType.contains("html") { return true }
        guard beginning.first == UInt8(ascii: "<") else { return false }
        let text = String(decoding: beginning, as: UTF8.self).lowercased()
        return contentType.isEmpty || claimsJSON
            || ["<!doctype html", "<html", "<head", "<body"].contains(where: text.contains)
    }
}

/// Tells a node from an error object.
private struct NodeFields: Decodable {
    let isNode: Bool

    private enum CodingKeys: CodingKey {
        case id
        case error
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        isNode = container.contains(.id) && !container.contains(.error)
    }
}

/// Stands for the error that decoding a web page as JSON would throw.
private struct WebPage: Error {}

/// The result of a call with an error status, which always lacks an error object.
private struct NoResult: Decodable {
    private enum CodingKeys: CodingKey {
        case error
    }

    init(from decoder: any Decoder) throws {
        throw DecodingError.keyNotFound(
            CodingKeys.error,
            DecodingError.Context(codingPath: [], debugDescription: "no error object"))
    }
}
