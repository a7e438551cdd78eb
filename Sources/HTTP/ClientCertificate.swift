internal import NIOSSL

/// The certificate with which this program identifies itself to a server.
public struct ClientCertificate: Equatable, Sendable {
    /// The path of a PEM file with the certificate and any between it and its authority.
    public let certificate: String
    /// The path of a PEM file with the private key, which must not be encrypted.
    public let privateKey: String

    /// Creates a client certificate from the paths of its files.
    public init(certificate: String, privateKey: String) {
        self.certificate = certificate
        self.privateKey = privateKey
    }

    /// Reads both files for `tls`.
    func use(
        in tls: inout TLSConfiguration
    ) throws(HTTPTransport.UnreadableCertificates) {
        tls.certificateChain = try HTTPTransport.certificates(in: certificate, content: .client)
            .map { .certificate($0) }
        do {
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: privateKey, format: .pem))
            // Otherwise a key that belongs to another certificate would be found at each connection.
            _ = try NIOSSLContext(configuration: tls)
        } catch {
            throw HTTPTransport.UnreadableCertificates(path: privateKey, content: .privateKey)
        }
    }
}

extension HTTPTransport {
    /// Returns the certificates in a PEM file, which must have at least one.
    static func certificates(
        in path: String, content: UnreadableCertificates.Content
    ) throws(UnreadableCertificates) -> [NIOSSLCertificate] {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty
        else { throw UnreadableCertificates(path: path, content: content) }
        return certificates
    }
}
