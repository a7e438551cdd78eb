import Foundation
import Testing

/// A fresh self-signed certificate for `localhost` in a folder of its own.
struct TemporaryCertificate {
    private let folder: URL

    var certificate: String { folder.appending(path: "certificate.pem").path }
    var privateKey: String { folder.appending(path: "key.pem").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let openssl = try Program(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-days", "2", "-subj", "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", privateKey, "-out",
                certificate,
            ])
        try #require(openssl.waitForStatus() == 0)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}
