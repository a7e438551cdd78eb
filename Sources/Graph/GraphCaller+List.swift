public import HTTP
internal import Sodium

extension GraphCaller {
    /// A list from all its result pages.
    public struct List: Sendable {
        /// The responses, one for each result page.
        public fileprivate(set) var responses: [HTTPResponse] = []
        /// The elements of each result page that has any, as received, separated by commas.
        public fileprivate(set) var elements: [[UInt8]] = []
        /// The error in the last response, or `nil` if the list is complete.
        public fileprivate(set) var refusal: GraphRefusal?
    }

    /// The maximum number of bytes in a list; a longer one is taken to be endless.
    private static let sizeLimit = 256 * 1024 * 1024
    private static let maxResultPages = 10_000

    /// Sends a call for each result page of a list, and returns all its elements.
    ///
    /// As in other lists, the `next` URL is never followed, because it contains the token and lacks
    /// the proof; only the cursor next to it is used.
    ///
    /// - Throws: ``GraphError``, also if there is a `next` URL without a new cursor.
    public func list(_ call: ChosenCall) async throws(GraphError) -> List {
        var list = List()
        var seen: Set<String> = []
        var size = 0
        var request = call.request(prefix: prefix)
        while true {
            let answer = try await send(request)
            list.responses.append(HTTPResponse(withoutBodyOf: answer.response))
            if let refusal = answer.refusal {
                list.responses = [answer.response]
                list.refusal = refusal
                return list
            }
            let response = answer.response
            let page: ListPage
            do throws(GraphError) {
                page = try response.decoded(as: ListPage.self, request: request)
            } catch {
                guard case .refused(let refusal) = error else { throw error }
                list.responses = [response]
                list.refusal = refusal
                return list
            }
            // The decoder also accepts `[1,]` and does not read numbers, but all of it is printed.
            guard JSONGrammar.accepts(response.body) else {
                throw .invalidResponse(.notJSON, status: response.status)
            }
            guard let elements = ListElements(in: response.body)?.bytes else {
                throw .invalidResponse(.shape("data"), status: response.status)
            }
            if !elements.isEmpty { list.elements.append(elements) }
            size += elements.count
            guard page.hasNext else { return list }
            guard let cursor = page.cursor else {
                throw .invalidResponse(.shape("cursors.after"), status: response.status)
            }
            guard seen.insert(cursor).inserted else {
                throw .invalidResponse(.repeatedCursor, status: response.status)
            }
            guard seen.count < Self.maxResultPages, size < Self.sizeLimit else {
                throw .invalidResponse(.endlessList, status: response.status)
            }
            request = call.request(prefix: prefix, after: cursor)
        }
    }
}

extension HTTPResponse {
    /// Creates a copy of the status and headers.
    fileprivate init(withoutBodyOf response: HTTPResponse) {
        self.init(
            status: response.status, headers: response.headers, body: [],
            version: response.version)
    }
}

/// The paging information of a result page.
private struct ListPage: Decodable {
    /// Whether there is another result page.
    let hasNext: Bool
    /// The cursor of the next result page.
    let cursor: String?

    private enum CodingKeys: CodingKey {
        case data
        case paging
    }

    private enum PagingKeys: CodingKey {
        case cursors
        case next
    }

    private enum CursorKeys: CodingKey {
        case after
    }

    /// Decodes `paging` leniently, because some responses have `[]` instead of an empty object.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _ = try container.nestedUnkeyedContainer(forKey: .data)
        guard
            let paging = try? container.nestedContainer(keyedBy: PagingKeys.self, forKey: .paging)
        else {
            (hasNext, cursor) = (false, nil)
            return
        }
        // Only a missing `next` ends a list.
        let isNull = (try? paging.decodeNil(forKey: .next)) ?? false
        hasNext = paging.contains(.next) && !isNull
        let cursors = try? paging.nestedContainer(keyedBy: CursorKeys.self, forKey: .cursors)
        let after = try? cursors?.decode(String.self, forKey: .after)
        cursor = after.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The elements of the array `data` in a response that is known to be a JSON object.
private struct ListElements {
    /// The elements as received, with what separates them.
    let bytes: [UInt8]

    /// Finds the array, or returns `nil` if there is none or more than one.
    init?(in body: [UInt8]) {
        var found: Range<Int>?
        var depth = 0
        // Where the array begins while it is being read.
        var start: Int?
        var isAfterKey = false
        var index = 0
        while index < body.count {
            let byte = body[index]
            var endsKey = byte <= 0x20 && isAfterKey
            switch byte {
            case UInt8(ascii: "\""):
                let end = Self.endOfString(in: body, from: index)
                endsKey =
                    depth == 1 && body[index..<end].elementsEqual(Self.key)
                    && Self.isKey(in: body, endingAt: end)
                index = end - 1
            case UInt8(ascii: ":"): endsKey = isAfterKey
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 1, isAfterKey {
                    guard byte == UInt8(ascii: "["), found == nil else { return nil }
                    start = index + 1
                }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 1, let first = start {
                    found = first..<index
                    start = nil
                }
            default: break
            }
            isAfterKey = endsKey
            index += 1
        }
        guard let found else { return nil }
        let isBlank = { (byte: UInt8) in byte <= 0x20 }
        var elements = body[found].drop(while: isBlank)
        while let last = elements.last, isBlank(last) { elements.removeLast() }
        bytes = Array(elements)
    }

    private static let key = Array(#""data""#.utf8)

    /// Returns the position after the string that begins at `start`.
    private static func endOfString(in body: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < body.count, body[index] != UInt8(ascii: "\"") {
            index += body[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, body.count)
    }

    /// Returns whether a colon follows the string that ends at `end`.
    private static func isKey(in body: [UInt8], endingAt end: Int) -> Bool {
        body[end...].first { $0 > 0x20 } == UInt8(ascii: ":")
    }
}
