import Entries
import Foundation
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `api`: what is printed of a response.
@Suite struct ApiResponseTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeUser()
    }

    @Test func `secrets in the body and in headers are masked, unless asked for`() async throws {
        try world.store("page:5", "EAAFAKE/page5") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
        try world.store("page:6", "EAAFAKEotherapp") { $0.app = Reference(text: "app:99") }
        try world.store("app:1234567890123456~previous", "FAKEoldsecret1")
        try world.store("user:10200000000000009~previous", "EAAFAKEoldtoken")
        try world.store("client:1234567890123456", "FAKEclient0001")
        let body = #"""
            {"a":"EAAFAKElonguser1 EAAFAKE\/page5 EAAFAKE%2fpage5 \u0045AAFAKEoldtoken","b":
             "FAKEsecret0001 FAKEoldsecret1 1234567890123456%7CFAKEsecret0001 FAKEclient0001",
             "access_token":"new","other":"EAAFAKEotherapp"}
            """#
        world.answer(
            body,
            headers: [
                ("content-type", "application/json"),
                ("x-a", "?access_token=new&x=EAAFAKElonguser1"),
            ])
        let ending = await world.run("api", "me", "--include")
        #expect(
            ending.output == #"""
                HTTP/1.1 200
                content-type: application/json
                x-a: ?access_token=[redacted]&x=[redacted]

                {"a":"[redacted] [redacted] [redacted] [redacted]","b":
                 "[redacted] [redacted] [redacted] [redacted]",
                 "access_token":"[redacted]","other":"EAAFAKEotherapp"}
                """#)
        #expect(await world.run("api", "me", "--show-secrets").output == body)
    }

    @Test func `an error object stays on standard output, and the status is as everywhere`()
        async throws
    {
        for (code, status) in [
            (100, Console.ExitStatus.tokenRefused), (803, .tokenRefused), (190, .tokenRefused),
            (200, .tokenRefused), (4, .tryLater), (368, .tryLater), (3, .configuration),
        ] {
            let body =
                #"{"error":{"message":"no EAAFAKElonguser1","code":\#(code),"fbtrace_id":"A"}}"#
            world.answer(body, status: 400)
            let ending = await world.run("api", "POST", "me")
            #expect(ending.status == status, "\(code)")
            #expect(
                ending.output == body.replacing("EAAFAKElonguser1", with: "[redacted]"))
            #expect(ending.failure?.refusal?.code == code)
            #expect(!ending.allOutput.contains("EAAFAKE"))
        }
        #expect(try world.metadata("user:10200000000000009").validity == .unknown)
    }

    @Test(arguments: [
        (200, "text/html", "<!DOCTYPE html><html id=\"facebook\">", Console.ExitStatus.tryLater),
        (200, "application/json", " <html>facebook", .tryLater),
        (500, "text/html; charset=utf-8", "Sorry", .tryLater),
        (503, "text/plain", "Service Unavailable", .tryLater),
        (200, "application/json", #"{"data":["#, .invalidResponse),
        (200, "application/json", "", .invalidResponse), (200, "text/plain", "", .invalidResponse),
        (400, "application/json", "{}", .invalidResponse),
        (404, "application/json", #"{"x":1}"#, .unreachable),
        (302, "text/plain", "x", .invalidResponse),
        // JSON in UTF-16, in which no secret would be found.
        (200, "application/json", "{\u{0}}\u{0}", .invalidResponse),
    ])
    func `without a result nothing is printed`(
        status: Int, type: String, body: String, expected: Console.ExitStatus
    ) async throws {
        world.answer(body, status: status, headers: [("content-type", type)])
        let ending = await world.run("api", "POST", "me", "--include")
        #expect(ending.status == expected, "\(ending.allOutput)")
        #expect(ending.output == "")
    }

    @Test(arguments: [
        [("content-encoding", "gzip")], [("content-encoding", "identity, BR")],
        [("content-encoding", "identity"), ("content-encoding", "gzip")],
        [("content-encoding", ""), ("content-encoding", "zstd")],
        [("transfer-encoding", "gzip, chunked")],
        [("transfer-encoding", "deflate"), ("transfer-encoding", "chunked")],
    ])
    func `a compressed response is refused, because its secrets cannot be seen`(
        headers: [(String, String)]
    ) async {
        world.answer("{}", headers: headers)
        #expect(await world.run("api", "me").status == .invalidResponse)
    }

    @Test func `a response that only names its encodings is printed`() async {
        world.answer(
            "{}", headers: [("content-encoding", "identity"), ("transfer-encoding", "Chunked")])
        #expect(await world.run("api", "me").output == "{}")
    }

    @Test(arguments: [
        ("text/plain", "Hello\n"), ("image/svg+xml", "<svg/>"), ("text/csv", "<a>,b\r\n"),
        ("application/json", "true"), ("application/octet-stream", "\u{0}\u{1}"),
        ("text/javascript; charset=UTF-8", "{ \"a\" : 1 }\n"),
    ])
    func `any other content is printed as it came`(type: String, body: String) async {
        world.answer(body, headers: [("content-type", type)])
        let ending = await world.run("api", "me")
        #expect(ending.status == .done && ending.output == body)
    }

    @Test(arguments: [[], ["--json"], ["--show-secrets"]])
    func `no error repeats the secret of another token`(options: [String]) async throws {
        // Nothing but its value tells that this is a token.
        try world.store("page:5", "FAKEunpatterned-two") { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
        }
        for status in [200, 400] {
            world.answer(
                #"{"error":{"message":"no FAKEunpatterned-two","code":100}}"#, status: status)
            let ending = await world.run(["api", "me"] + options)
            #expect(ending.status == .tokenRefused)
            let errors = ending.allOutput.dropFirst(ending.output.count)
            #expect(!errors.contains("FAKEunpatterned"), "\(errors)")
            let isShown = options == ["--show-secrets"]
            #expect(ending.output.contains("FAKEunpatterned") == isShown)
        }
    }

    @Test(arguments: [
        #"{"status":"ERROR","id":"1","error_message":"X"}"#,
        #"{"id":"1","error_code":2601,"error_message":"x"}"#, #"{"error_message":"","id":1}"#,
    ])
    func `a node with the fields of an error is not an error`(node: String) async {
        world.answer(node)
        let ending = await world.run("api", "1?fields=status,error_code,error_message")
        #expect(ending.status == .done && ending.output == node, "\(ending.allOutput)")
    }

    @Test(arguments: [
        #"{"id":"1","error":{"message":"x","code":100}}"#, #"{"error":{"code":100},"id":"1"}"#,
        #"{"error_type":"OAuthException","code":400,"error_message":"x"}"#,
    ])
    func `an error object with an ID is an error`(body: String) async {
        world.answer(body)
        let ending = await world.run("api", "1")
        #expect(ending.status == .tokenRefused && ending.output == body, "\(ending.allOutput)")
    }

    /// Messages that people write about tokens.
    @Test(arguments: [
        "access_token:{", "access_token: [", "access_token='", #""access_token":{"#,
        "'access_token':{", #""access_token":'"#, #"access_token="x\"#, #"\"access_token\":["#,
    ])
    func `a text about tokens hides nothing that follows it`(message: String) async throws {
        let posts = [["message": message, "id": "1"], ["message": "b", "id": "2"]]
        let body = try JSONEncoder().encode(posts)
        world.answer(#"{"data":\#(String(decoding: body, as: UTF8.self)),"n":"it's"}"#)
        let ending = await world.run("api", "me/feed")
        #expect(ending.status == .done)
        let printed = try #require(try ending.object()["data"] as? [[String: String]])
        #expect(printed.count == 2 && printed.map { $0["id"] } == ["1", "2"])
        #expect(printed.last?["message"] == "b")
        #expect(try ending.object()["n"] as? String == "it's")
    }
}
