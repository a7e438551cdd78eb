import Testing

@testable import Vault

/// Each validity is stored in the keys `valid` and `reason` and read back from them.
struct TokenValidityTests {
    @Test(arguments: [
        (TokenValidity.unknown, "{}"),
        (.valid, #"{"valid":true}"#),
        (.invalid(reason: nil), #"{"valid":false}"#),
        (.invalid(reason: "revoked"), #"{"valid":false,"reason":"revoked"}"#),
        (.unverified(reason: "revoked?"), #"{"reason":"revoked?"}"#),
    ])
    func `a validity is written as these keys and read from them`(
        validity: TokenValidity, text: String
    ) throws {
        var metadata = Metadata()
        metadata.validity = .invalid(reason: "an earlier reason")
        metadata.validity = validity
        #expect(String(decoding: metadata.text, as: UTF8.self) == text)
        #expect(try Metadata(parsing: Array(text.utf8)).validity == validity)
    }

    @Test func `a reason next to valid is kept as written, and the token is valid`()
        throws
    {
        let text = #"{"valid":true,"reason":"FAKE"}"#
        var metadata = try Metadata(parsing: Array(text.utf8))
        #expect(metadata.validity == .valid)
        metadata.name = "n"
        #expect(
            String(decoding: metadata.text, as: UTF8.self).hasSuffix(
                #""valid":true,"reason":"FAKE"}"#))
    }
}
