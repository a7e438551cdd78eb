import Testing

@testable import Graph

/// Paths that users choose.
@Suite struct CallPathTests {
    @Test(arguments: [
        ("me", nil, "me", ""), ("/me", nil, "me", ""), ("me/", nil, "me/", ""),
        ("page:1/feed", "page:1", "99/feed", ""), ("page:1", "page:1", "99", ""),
        ("page:1/", "page:1", "99/", ""), ("page:1?a=b", "page:1", "99", "a=b"),
        ("page:Fake Café/feed", "page:Fake Café", "99/feed", ""),
        ("me/x?fields=a{b},c&d=%20&e", nil, "me/x", "fields=a%7Bb%7D,c&d=%20&e"),
        ("me?u=https://e.example/../x:y", nil, "me", "u=https://e.example/../x:y"),
        ("mé/日", nil, "m%C3%A9/%E6%97%A5", ""), ("me/a;b='c'!", nil, "me/a;b='c'!", ""),
        ("me?a=\"<>|^`[]", nil, "me", "a=%22%3C%3E%7C%5E%60%5B%5D"),
        ("me?fields=access_token", nil, "me", "fields=access_token"),
        ("1_2", nil, "1_2", ""), ("me/x:y", nil, "me/x:y", ""), ("...", nil, "...", ""),
    ])
    func `a path is sent as it is, except for characters that a URL cannot have`(
        text: String, reference: String?, path: String, query: String
    ) throws {
        let parsed = try CallPath(text)
        #expect(parsed.reference == reference)
        #expect(parsed.path(id: "99") == path)
        #expect(parsed.query == query)
    }

    @Test(arguments: [
        ("", CallPath.Unusable.empty), ("/", .empty), ("?a=b", .empty), ("//x", .emptySegment),
        ("me//x", .emptySegment), ("me/%2F/x", .emptySegment), ("page:1//x", .emptySegment),
        ("https://x", .emptySegment), ("https%3Ax", .scheme), ("https%253A%252F%252Fx", .scheme),
        (".", .dotSegment), ("..", .dotSegment), ("me/./x", .dotSegment), ("me/..", .dotSegment),
        ("me/%2e%2E", .dotSegment), ("me/.%252e", .dotSegment), ("me%2f..%2fx", .dotSegment),
        ("page:1/../2", .dotSegment), ("me\\x", .character), ("me#x", .character),
        ("me x", .character), ("me/%5C", .character), ("me/%23", .character),
        ("me/%20x", .character), ("me/%2520", .character), ("me%0d%0aX", .character),
        ("me\u{7F}", .character), ("me\u{A0}x", .character), ("me\u{202E}x", .character),
        ("me%3Fa=b", .character), ("me?a=b c", .character), ("me?a=b\t", .character),
        ("me?a=b#", .character), ("me?a=\\", .character), ("page:a\u{1B}b", .character),
        ("me%", .percentSign), ("me%4", .percentSign), ("me%zz", .percentSign),
        ("me?a=100%", .percentSign), ("me?access_token=x", .secretParameter),
        ("me?a=b&Access_Token", .secretParameter), ("me?access%5Ftoken=x", .secretParameter),
        ("me?%61ccess_token=x", .secretParameter), ("me?access%25255ftoken=x", .secretParameter),
        ("me?access+token=x", .secretParameter), ("me?access[token=x", .secretParameter),
        ("me?APPSECRET_PROOF=x", .secretParameter), ("access_token", .secretParameter),
        ("oauth/access_token", .secretParameter), ("me/ACCESS%5fTOKEN", .secretParameter),
        ("me?u=https%3A%2F%2Fx%3Faccess_token%3Dy", .secretParameter),
        (#"me?b={"access_token":"x"}"#, .secretParameter),
        ("me?access_token[]=x", .secretParameter), ("me?access_token%5B0%5D=x", .secretParameter),
        ("me/%ff", .encoding), ("me/%c0%ae%c0%ae/x", .encoding), ("page:1/%C3%28", .encoding),
        ("me/%25ff", .encoding), ("me/%ED%A0%80", .encoding),
    ])
    func `a path that could reach or carry something else is refused`(
        text: String, expected: CallPath.Unusable
    ) {
        #expect(throws: expected) { try CallPath(text) }
    }

    @Test func `a long path is checked quickly`() {
        let nested = "me/" + String(repeating: "%25", count: 40_000) + "2e"
        #expect(ContinuousClock().measure { _ = try? CallPath(nested) } < .seconds(10))
    }

    @Test(arguments: [
        ("access_token", true), ("ACCESS-Token", true), ("access%5ftoken", true),
        (#"access\u005ftoken"#, true), ("my_access_token", true), ("access", false),
        ("message", false), ("appsecret.proof", true),
    ])
    func `names of the token and the proof are recognized`(name: String, isSecret: Bool) {
        #expect(CallParameter.namesSecret(Array(name.utf8)) == isSecret)
    }

    @Test(arguments: [
        ("access_token", false), ("id,access_token,name", false), ("access_token=x", true),
        ("me?a=b&ACCESS_TOKEN=x", true), (#"[{"access_token" : "x"}]"#, true),
        (#"{\"access\u005ftoken\":\"x\"}"#, true), ("access%255Ftoken%3Dx", true),
        ("accounts{access_token}", false), ("access_token[]=x", true),
        ("access_token%5B0%5D=x", true), ("access_token[]", false), ("access_token[a][b]:x", true),
        ("appsecret_proof=1", true),
    ])
    func `values may name the token, but not assign it`(value: String, isRefused: Bool) {
        #expect(CallParameter.assignsSecret(Array(value.utf8)) == isRefused)
    }

    @Test func `a cursor replaces the one in the query`() throws {
        let path = try CallPath("me?after=a&b=c&%61fter=d&before=e")
        #expect(path.query(without: ["after", "before"]) == "b=c")
        #expect(!path.changesMethod)
        #expect(try CallPath("me?x=1&%4Dethod=delete").changesMethod)
    }
}
