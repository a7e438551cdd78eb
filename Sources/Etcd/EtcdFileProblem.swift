internal import HTTP

/// A file of certificates, or of a private key, that cannot be used.
package struct EtcdFileProblem: Error, Equatable, Sendable {
    /// The path of the file.
    package let path: String
    /// What it should contain.
    package let content: Content

    /// What such a file contains.
    package enum Content: Equatable, Sendable {
        /// The certificates to trust (`--ca-file`).
        case authority
        /// This machine's certificate (`--cert`).
        case certificate
        /// The private key of that certificate, not encrypted (`--cert-key`).
        case privateKey
    }

    package init(path: String, content: Content) {
        self.path = path
        self.content = content
    }

    init(_ error: HTTPTransport.UnreadableCertificates) {
        path = error.path
        content =
            switch error.content {
            case .trusted: .authority
            case .client: .certificate
            case .privateKey: .privateKey
            }
    }
}
