import Foundation
import Support
import Testing

@testable import Graph

/// Secrets in responses that are printed as they are otherwise.
@Suite struct SecretMaskTests {
    private func mask(_ secrets: String...) -> SecretMask { mask(secrets) }

    private func mask(_ secrets: [String]) -> SecretMask {
        SecretMask(secrets: secrets.map(secret))
    }

    @Test(arguments: [
        ["EAAFAKEtoken01", "FAKEsecret0001", "123|FAKEsecret0001", "EAAFAKEtoken01longer", "FAKE"],
        ["FAKE+sec/ret=1", "nFAKEsecretu0041", "u0041u0041"],
        ["a/b\"c%41defgh", "41414141", "aaaaaaaa", "aaaaaaaab"],
    ])
    func `every secret is masked in every spelling, and nothing else`(secrets: [String]) {
        let mask = mask(secrets)
        let slow = SlowMask(secrets: secrets.map { Array($0.utf8) })
        var texts = RandomText(generator: SeededGenerator(seed: 1))
        for _ in 0..<500 {
            let text = texts.make(of: slow.secrets, junk: Array("xyz {}:,&= .\n".utf8))
            #expect(
                mask.masked(text) == slow.masked(text), "\(String(decoding: text, as: UTF8.self))")
        }
        // What is in front of a secret may look like the start of an escape.
        for _ in 0..<500 {
            let text = texts.make(of: slow.secrets, junk: Array("x%\\u041\"/n".utf8))
            #expect(
                slow.ranges(in: mask.masked(text)).isEmpty,
                "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test(arguments: [
        // As it is, percent-encoded, and escaped as in JSON.
        "FAKE/sec|ret", "FAKE%2Fsec%7Cret", "FAKE%2fsec%7cret", #"FAKE\/sec|ret"#,
        #"FAKE\u002Fsec\u007cret"#, "%46%41%4B%45%2F%73%65%63%7C%72%65%74",
        // A URL in JSON.
        #"FAKE\u00252Fsec\u00257Cret"#, "FAKE%252Fsec%257Cret", #"FAKE%5C/sec|ret"#,
        // JSON in a string.
        #"FAKE\\\/sec|ret"#, #"FAKE\\u002fsec|ret"#,
    ])
    func `a secret is found however it is encoded`(spelling: String) {
        let mask = mask("FAKE/sec|ret")
        for (before, after) in [
            ("", ""), ("x=", "&y"), ("100%", "%"), (#"\"#, #"\"#), ("FAKE", "F"),
        ] {
            #expect(mask.masked(before + spelling + after) == "\(before)[redacted]\(after)")
        }
    }

    @Test func `overlapping secrets are masked as one, and short ones are not masked`() {
        let mask = mask("FAKEsecret1", "secret1FAKE", "17|FAKEsecret1", "FAKE123")
        #expect(mask.masked("a FAKEsecret1FAKE b") == "a [redacted] b")
        #expect(mask.masked("17|FAKEsecret1.FAKE123") == "[redacted].FAKE123")
        #expect(mask.masked("FAKEsecret") == "FAKEsecret")
    }

    @Test(arguments: [
        (#"{"access_token":"EAA","id":"1"}"#, #"{"access_token":"[redacted]","id":"1"}"#),
        (
            "{ \"Access_Token\" :\n\t\"EAA\" }", "{ \"Access_Token\" :\n\t\"[redacted]\" }"
        ),
        (#"{"access\u005ftoken":"E\"A\\A"}"#, #"{"access\u005ftoken":"[redacted]"}"#),
        (#"{"access_token":"E\"A","b":"c"}"#, #"{"access_token":"[redacted]","b":"c"}"#),
        (#"{"page_access_token":"EAA"}"#, #"{"page_access_token":"[redacted]"}"#),
        (#"{"access_token":"a\\","c":"d"}"#, #"{"access_token":"[redacted]","c":"d"}"#),
        (#"[{"access_token":12},[1]]"#, #"[{"access_token":"[redacted]"},[1]]"#),
        (
            #"{"access_token":{"a":"}","b":["c"]},"d":1}"#,
            #"{"access_token":"[redacted]","d":1}"#
        ),
        (#"{"access_token":["a","b"]}"#, #"{"access_token":"[redacted]"}"#),
        // JSON inside a string, as in the responses to a batch.
        (
            #"{"body":"{\"access_token\":\"E\\\"A\",\"n\":1}"}"#,
            #"{"body":"{\"access_token\":\"[redacted]\",\"n\":1}"}"#
        ),
        (
            #"{"body":"{\"access_token\":{\"a\":\"}\"},\"n\":1}"}"#,
            #"{"body":"{\"access_token\":\"[redacted]\",\"n\":1}"}"#
        ),
        // URLs and forms.
        (
            #"{"next":"https:\/\/g\/me?access_token=EAA\u00257C|x&limit=2"}"#,
            #"{"next":"https:\/\/g\/me?access_token=[redacted]&limit=2"}"#
        ),
        (
            #"{"next":"https:\/\/g\/me?a=1\u0026access_token=EAA\u0026b=2"}"#,
            #"{"next":"https:\/\/g\/me?a=1\u0026access_token=[redacted]\u0026b=2"}"#
        ),
        (
            "u=https%3A%2F%2Fg%3Faccess%5Ftoken%3DEAA%26b%3D2&c=3",
            "u=https%3A%2F%2Fg%3Faccess%5Ftoken%3D[redacted]%26b%3D2&c=3"
        ),
        ("access_token=EAA&expires=5", "access_token=[redacted]&expires=5"),
        ("?access_token[]=EAA&a=1", "?access_token[]=[redacted]&a=1"),
        ("?access_token%5Bx%5D%5B0%5D=EAA", "?access_token%5Bx%5D%5B0%5D=[redacted]"),
        (#"{"access_token[0]":"EAA"}"#, #"{"access_token[0]":"[redacted]"}"#),
        (
            "<r><access_token>EAA</access_token></r>",
            "<r><access_token>[redacted]</access_token></r>"
        ),
        (#"{"x":"\u003caccess_token>EAA"}"#, #"{"x":"\u003caccess_token>[redacted]"}"#),
        ("x: me?access_token=EAA", "x: me?access_token=[redacted]"),
        // Truncated.
        (#"{"access_token":"EAA"#, #"{"access_token":"[redacted]"#),
        (#"{"access_token":{"a":"b"#, #"{"access_token":"[redacted]""#),
    ])
    func `every value of access_token is masked`(text: String, masked: String) {
        #expect(mask("FAKEsecret1").masked(text) == masked)
    }

    @Test(arguments: [
        #"{"access_token":null,"b":{"access_token":true}}"#, #"{"access_token":""}"#,
        #"{"access_token_count":"5","laccess_token":"x"}"#, #"["access_token","a"]"#,
        "fields=access_token", "access_token", "<access_token/>", "access_token[0]",
        #"{"data":[]}"#, "", "a % b \\ c %zz \\u12",
    ])
    func `everything else stays as it is`(text: String) {
        #expect(mask("FAKEsecret1").masked(text) == text)
    }

    @Test func `binary content stays as it is`() {
        var generator = SeededGenerator(seed: 3)
        let bytes = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(mask("FAKEsecret1").masked(bytes) == bytes)
        let spoiled = bytes + Array("FAKEsecret1".utf8) + bytes
        #expect(mask("FAKEsecret1").masked(spoiled) == bytes + Array("[redacted]".utf8) + bytes)
    }

    /// Documents with tokens at any depth, and what is left of them.
    private struct RandomDocument {
        var generator: SeededGenerator

        mutating func value(_ depth: Int) -> (Any, masked: Any) {
            switch Int.random(in: 0..<(depth > 0 ? 7 : 3), using: &generator) {
            case 0: return ("a\"\\/é\n", "a\"\\/é\n")
            case 1: return (17, 17)
            case 2:
                return (
                    "https://g/?access_token=EA%7CA&b=1", "https://g/?access_token=[redacted]&b=1"
                )
            case 3:
                let parts = (0..<3).map { _ in value(depth - 1) }
                return (parts.map(\.0), parts.map(\.masked))
            case 4:
                // As in a batch.
                let (inner, masked) = object(depth - 1)
                return (Self.text(inner), Self.text(masked))
            default:
                let (inner, masked) = object(depth - 1)
                return (inner, masked)
            }
        }

        mutating func object(_ depth: Int) -> ([String: Any], masked: [String: Any]) {
            var (object, masked): ([String: Any], [String: Any]) = ([:], [:])
            for key in ["a", "b"] { (object[key], masked[key]) = value(depth) }
            if Bool.random(using: &generator) {
                let tokens: [Any] = ["EAA\"x\\y/z", 5, ["k": "v}\"{"], ["a", ["b"]]]
                object["access_token"] = tokens.randomElement(using: &generator)
                masked["access_token"] = "[redacted]"
            }
            return (object, masked)
        }

        static func text(_ value: Any) -> String {
            let data = try? JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
            return String(decoding: data ?? Data(), as: UTF8.self)
        }
    }

    @Test func `tokens are masked in JSON at any depth, which stays the same otherwise`() throws {
        var documents = RandomDocument(generator: SeededGenerator(seed: 5))
        for _ in 0..<300 {
            let (document, masked) = documents.object(3)
            let text = RandomDocument.text(document)
            #expect(mask("FAKEsecret1").masked(text) == RandomDocument.text(masked), "\(text)")
        }
    }

    @Test func `no response takes long`() {
        let secrets = (0..<2000).map { "EAAFAKEtoken\($0)" } + ["%25%25%25%25", #"a\b\c\d"#]
        let mask = mask(secrets)
        let clock = ContinuousClock()
        for piece in [
            "%25", #"\\"#, #""access_token":{"#, "EAAFAKEtoken", "access_token ", #"\u0025"#, "%",
            #"access_token":""#,
        ] {
            let text = Array(String(repeating: piece, count: 40_000 / piece.utf8.count).utf8)
            #expect(clock.measure { _ = mask.masked(text) } < .seconds(20), "\(piece)")
        }
    }
}
