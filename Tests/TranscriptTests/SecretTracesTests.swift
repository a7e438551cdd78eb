import Foundation
import Testing

// The search for secrets finds them.
struct SecretTracesTests {
    @Test(arguments: ["FAKE+se/cret=1", "EAAFAKE", "FAKE passphrase"])
    func `a secret is found in every form and at any position`(_ secret: String) throws {
        let traces = SecretTraces(secret)
        #expect(traces.isIn("x\(secret)y") && !traces.isIn("nothing of it"))
        let escaped = try #require(
            secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        #expect(traces.isIn("?a=\(escaped)&b"))
        for before in ["", "a", "ab", "abc"] {
            for after in ["", "z", "yz"] {
                let encoded = Data("\(before)\(secret)\(after)".utf8).base64EncodedString()
                #expect(traces.isIn(encoded), "\(before) \(after)")
            }
        }
    }
}
