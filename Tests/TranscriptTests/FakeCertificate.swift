import Foundation
import GraphSimulator
import Testing

/// A fresh self-signed certificate for `localhost` in a home.
struct FakeCertificate {
    /// The path of the certificate, which is its own authority.
    let path: String
    let files: SimulatorServer.TLSFiles

    init(in home: TemporaryHome) async throws {
        let made = try await home.shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                -subj /CN=localhost -addext subjectAltName=DNS:localhost \
                -keyout key.pem -out certificate.pem
            """)
        try #require(made.status == 0, "\(made.errors)")
        path = "\(home.path)/certificate.pem"
        files = SimulatorServer.TLSFiles(
            certificate: path, privateKey: "\(home.path)/key.pem")
    }
}
