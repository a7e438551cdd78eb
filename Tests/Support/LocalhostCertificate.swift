import Foundation

/// A fresh self-signed certificate for `localhost`.
public struct LocalhostCertificate: Sendable {
    /// The path of the certificate in PEM, which is also its own authority.
    public let certificate: String
    /// The path of its private key in PEM.
    public let privateKey: String

    /// openssl(1) could not create the certificate.
    public struct CreationFailure: Error {
        let status: Int32
    }

    /// Creates `certificate.pem` and `key.pem` in a folder that the caller removes.
    public init(in folder: String) async throws {
        certificate = "\(folder)/certificate.pem"
        privateKey = "\(folder)/key.pem"
        let openssl = try ChildProcess(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost", "-keyout", privateKey, "-out", certificate,
            ],
            environment: ProcessInfo.processInfo.environment,
            streams: ChildProcess.Streams(
                input: "/dev/null", output: "/dev/null", errors: "/dev/null"))
        let status = await openssl.status()
        guard status == 0 else { throw CreationFailure(status: status) }
    }
}
