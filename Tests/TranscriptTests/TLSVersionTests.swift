import Foundation
import Support
import Testing

// TLS 1.2 or later, whichever certificates are trusted.
struct TLSVersionTests {
    private let home: TemporaryHome

    init() async throws { home = try await TemporaryHome.withVault() }

    /// Connects to a server of openssl(1) that speaks only one version of TLS; the first line of output
    /// is the program's exit status.
    ///
    /// For runs without `--ca-file`, a mount namespace has the server's certificate in place of the
    /// system's.
    private func connect(_ version: String, options: String) async throws -> ProgramRun {
        let certificate = try await LocalhostCertificate(in: home.path)
        return try await home.shell(
            """
            exec unshare --user --map-root-user --mount --net bash -c '
                ip link set lo up
                mount --bind certificate.pem /etc/ssl/certs/ca-certificates.crt || exit 99
                openssl s_server -quiet -www -accept 127.0.0.1:4433 \(version) \\
                    -cipher DEFAULT@SECLEVEL=0 -cert certificate.pem -key key.pem \\
                    >server 2>&1 &
                until (exec 3<>/dev/tcp/127.0.0.1/4433) 2>/dev/null; do sleep 0.02; done
                echo EAAFAKEshort0001 | tokenvault inspect --graph-url https://localhost:4433 \\
                    \(options) >/dev/null 2>errors
                echo $?
                cat errors
                kill %1'
            """, environment: ["CERTIFICATE": certificate.certificate])
    }

    @Test(arguments: ["-tls1", "-tls1_1"], ["", "--ca-file certificate.pem"])
    func `older versions are refused`(version: String, options: String) async throws {
        let run = try await connect(version, options: options)
        #expect(run.lines.first == "69", "\(run.text) \(run.errors)")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"], ["", "--ca-file certificate.pem"])
    func `newer versions are accepted`(version: String, options: String) async throws {
        let run = try await connect(version, options: options)
        // The response is a web page, so the request was sent.
        #expect(run.lines.first == "75", "\(run.text) \(run.errors)")
    }
}
