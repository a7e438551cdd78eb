internal import HTTP
internal import Sodium

/// A form with files (RFC 7578).
struct MultipartForm {
    /// The bytes to send.
    private(set) var body: [UInt8] = []
    private let boundary: String

    /// The value of the header `Content-Type`.
    var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    init(_ parameters: [GraphRequest.Parameter]) {
        // Random, so that it cannot occur in any file.
        boundary = Secret.random(count: 24).withBytes { hexadecimal(Array(copying: $0)) }
        for parameter in parameters {
            body += "--\(boundary)\r\nContent-Disposition: form-data; ".utf8
            body += "name=\"\(Self.quoted(parameter.name))\"".utf8
            switch parameter.value {
            case .text(let text):
                body += "\r\n\r\n".utf8
                body += text.utf8
            case .secret(let secret):
                body += "\r\n\r\n".utf8
                body += secret.withBytes { Array(copying: $0) }
            case .file(let name, let content):
                body += "; filename=\"\(Self.quoted(name))\"\r\n".utf8
                body += "Content-Type: application/octet-stream\r\n\r\n".utf8
                body += content
            }
            body += "\r\n".utf8
        }
        body += "--\(boundary)--\r\n".utf8
    }

    /// Returns a name as browsers write it in a header.
    private static func quoted(_ name: String) -> String {
        let escapes: [Unicode.Scalar: String] = ["\"": "%22", "\r": "%0D", "\n": "%0A"]
        return name.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
    }
}
