/// The items of a `multipart/form-data` body (RFC 7578).
struct MultipartItems {
    /// The values of the items without a file name.
    private(set) var texts: [String: String] = [:]
    /// The content of the others.
    private(set) var files: [String: [UInt8]] = [:]

    /// Parses the body of a request, or returns `nil` if it is not of that type.
    init?(_ request: SimulatedRequest) {
        let type = request.headers["content-type"] ?? ""
        guard let match = type.wholeMatch(of: /multipart\/form-data; *boundary="?([^";]+)"?/) else {
            return nil
        }
        // Each part begins after a line with the boundary and ends before the next one.
        let boundary = Array("\r\n--\(match.1)".utf8)
        let parts = (Array("\r\n".utf8) + request.body).split(separator: boundary)
        for part in parts where part.starts(with: "\r\n".utf8) { add(part.dropFirst(2)) }
    }

    private mutating func add(_ part: ArraySlice<UInt8>) {
        guard let blank = part.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
        let headers = String(decoding: part[..<blank.lowerBound], as: UTF8.self)
        let content = Array(part[blank.upperBound...])
        guard let name = headers.firstMatch(of: /\bname="([^"]*)"/)?.1 else { return }
        if headers.contains("filename=\"") {
            files[String(name)] = content
        } else {
            texts[String(name)] = String(decoding: content, as: UTF8.self)
        }
    }
}
