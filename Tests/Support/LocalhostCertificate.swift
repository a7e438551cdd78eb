import Foundation

/// A fresh self-signed certificate for `localhost`.
public struct LocalhostCertificate: Sendable {
    /// The path of the certificate, which is its own authority, in PEM.
    public let certificate: String
    /// The path of its key, in PEM.
    public let privateKey: String

    /// openssl(1) could not make it.
    public struct NotMade: Error {
        let status: Int32
    }

    /// Makes `certificate.pem` and `key.pem` in a folder, which whoever made it removes.
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
        guard status == 0 else { throw NotMade(status: status) }
    }
}
