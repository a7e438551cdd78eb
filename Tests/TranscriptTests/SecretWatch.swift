import Foundation
import GraphSimulator
import Testing

/// A search for the sample's secrets in all that the program writes and requests in these tests.
enum SecretWatch {
    /// All tokens start with the same letters.
    private static let secrets = ["EAAFAKE", TemporaryHome.appSecret, TemporaryHome.passphrase]
        .map(SecretTraces.init)
    /// The commands whose standard output may contain a secret.
    private static let printing: Set = ["get", "exec", "inject", "export"]
    /// The parameters with secrets that Meta accepts only in the URL, by endpoint.
    private static let allowed = [
        "debug_token": ["input_token"], "client_code": ["client_secret"],
        "revoke": ["client_secret", "revoke_token"],
    ]

    /// Searches what `tokenvault` wrote.
    static func search(_ run: ProgramRun, of arguments: [String]) {
        let mayPrint =
            arguments.first.map(printing.contains) ?? false
            || arguments.contains("--show-secrets")
        for traces in secrets {
            #expect(mayPrint || !traces.isIn(run.output), "\(arguments): \(run.text)")
            #expect(!traces.isIn(run.errors), "\(arguments): \(run.errors)")
        }
    }

    /// Searches every path and query in any encoding, and all headers but the one for tokens.
    static func search(_ requests: [SimulatedRequest], for secrets: [SecretTraces] = secrets) {
        for request in requests {
            let endpoint = request.path.split(separator: "/").last.map(String.init) ?? ""
            let allowed = allowed[endpoint] ?? []
            let items = request.query.split(separator: "&").filter { item in
                !allowed.contains { item.hasPrefix("\($0)=") }
            }
            let headers = request.headers.filter { $0.key.lowercased() != "authorization" }
            for text in ["\(request.path)?\(items.joined(separator: "&"))"] + headers.values {
                let plain = text.removingPercentEncoding ?? text
                for traces in secrets {
                    #expect(!traces.isIn(text) && !traces.isIn(plain), "\(request.path)")
                }
            }
        }
    }
}
