import Foundation

/// An authority that signs certificates for tests with openssl(1).
public struct CertificateAuthority: Sendable {
    private let folder: String
    /// The path of the authority's own certificate in PEM.
    public var certificate: String { "\(folder)/authority.pem" }

    /// The paths of a certificate and its private key in PEM.
    public struct Issued: Sendable {
        /// The path of the certificate.
        public let certificate: String
        /// The path of the private key.
        public let privateKey: String

        /// Combines a certificate and a private key, which may not belong together.
        public init(certificate: String, privateKey: String) {
            self.certificate = certificate
            self.privateKey = privateKey
        }
    }

    /// openssl(1) could not create a certificate.
    public struct Failure: Error {
        let arguments: [String]
    }

    /// Creates an authority in a folder that the caller removes.
    public init(in folder: String) async throws {
        self.folder = folder
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "2", "-subj", "/O=tokenvault test authority", "-addext",
            "keyUsage=critical,keyCertSign", "-keyout", "\(folder)/authority.key", "-out",
            certificate)
    }

    /// Signs a certificate for servers at `localhost` and the loopback addresses, and for clients.
    ///
    /// - Parameters:
    ///   - name: The name of the files.
    ///   - subject: The subject as openssl(1) takes it, such as `/CN=ann`.
    public func issue(_ name: String, subject: String = "/O=tokenvault") async throws -> Issued {
        let path = "\(folder)/\(name)"
        let extensions = """
            subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1
            extendedKeyUsage=serverAuth,clientAuth
            """
        try Data(extensions.utf8).write(to: URL(filePath: "\(path).extensions"))
        try await openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            subject, "-keyout", "\(path).key", "-out", "\(path).request")
        try await openssl(
            "x509", "-req", "-in", "\(path).request", "-CA", certificate, "-CAkey",
            "\(folder)/authority.key", "-CAcreateserial", "-days", "2", "-extfile",
            "\(path).extensions", "-out", "\(path).pem")
        return Issued(certificate: "\(path).pem", privateKey: "\(path).key")
    }

    private func openssl(_ arguments: String...) async throws {
        let openssl = try ChildProcess(
            "/usr/bin/env", ["openssl"] + arguments,
            environment: ProcessInfo.processInfo.environment,
            streams: ChildProcess.Streams(
                input: "/dev/null", output: "/dev/null", errors: "/dev/null"))
        guard await openssl.status() == 0 else { throw Failure(arguments: arguments) }
    }
}
