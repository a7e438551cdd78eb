import Foundation
import GraphSimulator
import Testing

/// Looks for the sample's secrets in all that passes in any of these tests: what the program writes,
/// and the calls that it makes.
enum SecretWatch {
    /// All tokens begin alike.
    private static let secrets = ["EAAFAKE", TemporaryHome.appSecret, TemporaryHome.passphrase]
        .map(SecretTraces.init)
    /// The commands whose standard output is the place for a secret.
    private static let giving: Set = ["get", "exec"]
    /// What Meta documents only as part of a URL, by the call.
    private static let allowed = [
        "debug_token": ["input_token"], "client_code": ["client_secret"],
        "revoke": ["client_secret", "revoke_token"],
    ]

    /// Looks at what `tokenvault` wrote.
    static func look(at run: ProgramRun, of arguments: [String]) {
        let isGiving = arguments.first.map(giving.contains) ?? false
        for traces in secrets {
            #expect(isGiving || !traces.isIn(run.output), "\(arguments): \(run.text)")
            #expect(!traces.isIn(run.errors), "\(arguments): \(run.errors)")
        }
    }

    /// Looks at every path and query, whatever its encoding, and at all headers but the one for tokens.
    static func look(at requests: [SimulatedRequest], for secrets: [SecretTraces] = secrets) {
        for request in requests {
            let call = request.path.split(separator: "/").last.map(String.init) ?? ""
            let allowed = allowed[call] ?? []
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
