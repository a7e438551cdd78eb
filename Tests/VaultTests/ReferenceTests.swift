import Testing
import Vault

@Suite struct ReferenceTests {
    @Test(arguments: [
        "app:1", "user:10200000000000009", "page:1~previous", "system:77", "client:1",
        "pending:1795198502", "x:1", "a-b-9:1~c-9",
        "abcdefghijklmnopqrstuvwxyz012345:12345678901234567890123456789012"
            + "~abcdefghijklmnopqrstuvwxyz012345",
    ])
    func `a valid reference is parsed and written unchanged`(text: String) throws {
        let reference = try #require(Reference(text: text))
        #expect(reference.description == text)
        #expect(Reference(text: reference.description) == reference)
    }

    @Test(arguments: [
        "", ":", "app", "app:", ":1", "app:0", "app:01", "app:1 ", " app:1", "app: 1", "App:1",
        "app:1x", "app:-1", "app:+1", "app:1:2", "app::1", "1app:1", "-app:1", "app:1~", "app:1~P",
        "app:1~1x", "app:1~a~b", "app~x:1", "app:1\n", "app:1\u{0}", "app:١", "äpp:1",
        "app:1\u{301}",
        "app\u{301}:1", "ap\u{FF50}:1", "app:123456789012345678901234567890123",
        "abcdefghijklmnopqrstuvwxyz0123456:1", "app:1~abcdefghijklmnopqrstuvwxyz0123456",
        "app:1\u{200B}",
    ])
    func `an invalid reference is refused`(text: String) {
        #expect(Reference(text: text) == nil)
    }

    @Test func `a reference has a kind, an ID and a suffix`() throws {
        let reference = try #require(Reference(text: "page:17~previous"))
        #expect(reference.kind == .page)
        #expect(reference.id == "17")
        #expect(reference.suffix == "previous")
        #expect(Reference(.page, "17")?.previous == reference)
        #expect(Reference(.page, "17", suffix: "previous") == reference)
        #expect(Reference(.page, "x") == nil)
        #expect(Reference(.page, "1~x:2") == nil)
    }

    @Test func `references are ordered by their bytes`() {
        let sorted = [
            "app:1", "app:10", "app:1~previous", "app:2", "client:1", "page:1", "page:10",
            "page:1~previous", "page:2", "user:1",
        ]
        #expect(
            sorted.shuffled().compactMap { Reference(text: $0) }.sorted().map(\.description)
                == sorted)
    }

    @Test func `app secrets and client tokens do not count as tokens`() {
        for (text, isToken) in [
            ("app:1", false), ("client:1", false), ("user:1", true), ("page:1", true),
            ("system:1", true), ("pending:1", true), ("later:1", true),
            ("instagram:1", true), ("threads:1", true), ("instagram-app:1", false),
            ("threads-app:1", false),
        ] {
            #expect(Reference(text: text)?.kind.isToken == isToken)
        }
    }
}
