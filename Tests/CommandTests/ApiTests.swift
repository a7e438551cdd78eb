import Foundation
import Graph
import GraphSimulator
import HTTP
import Synchronization
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `api`: the call that is sent, and what is printed.
@Suite struct ApiTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.storeUser()
        world.allow(.simulation)
    }

    private func storePage(_ id: String = "1020000000000001", token: String = "EAAFAKEpage1") throws
    {
        try world.store("page:\(id)", token) { metadata in
            metadata.app = Reference(text: "app:1234567890123456")
            metadata.name = "Fake Café"
        }
        try world.simulation.merge(
            state: """
                {"tokens": [{"token": "\(token)", "app": "1234567890123456", "page": "\(id)",
                  "user": "10200000000000009", "type": "PAGE", "expires_at": "never",
                  "scopes": ["pages_show_list", "pages_manage_posts"]}]}
                """)
    }

    @Test func `the body is printed as it came, and the only user's token is used`() async throws {
        let ending = await world.run("api", "me")
        #expect(ending.status == .done)
        #expect(ending.output == #"{"name":"Ann Fake","id":"10200000000000009"}"#)
        let request = try #require(world.simulation.requests.first)
        #expect(request.method == "GET" && request.path == "/v26.0/me")
        #expect(request.headers["authorization"] == "Bearer EAAFAKElonguser1")
        #expect(request.query.hasPrefix("appsecret_proof="))
    }

    @Test(arguments: [
        (["api", "me"], "GET", "me?appsecret_proof=", ""),
        (["api", "/me/accounts/"], "GET", "me/accounts/?appsecret_proof=", ""),
        (["api", "me?fields=a{b},c%2Cd&x="], "GET", "me?fields=a%7Bb%7D,c%2Cd&x=&appsecret", ""),
        (["api", "GET", "me", "-f", "q=a b&c"], "GET", "me?q=a%20b%26c&appsecret_proof=", ""),
        (["api", "DELETE", "1_2?x=1", "-f", "y=2"], "DELETE", "1_2?x=1&y=2&appsecret_proof=", ""),
        (["api", "me/feed?x=1", "-f", "message=é"], "POST", "me/feed?x=1", "message=%C3%A9&app"),
        (["api", "POST", "me/feed"], "POST", "me/feed", "appsecret_proof="),
        (["api", "me/feed", "-F", "a=b", "-f", "a=c=d"], "POST", "me/feed", "a=c%3Dd&a=b&app"),
        (["api", "me/feed", "-f", "a=@b"], "POST", "me/feed", "a=%40b&appsecret_proof="),
        (["api", "me/feed", "-f", "a="], "POST", "me/feed", "a=&appsecret_proof="),
    ])
    func `method, query and form are those that the arguments say`(
        arguments: [String], method: String, target: String, form: String
    ) async throws {
        let requests = world.answer("{}")
        #expect(await world.run(arguments).status == .done)
        let request = try #require(requests.all.first)
        #expect(request.method == method)
        #expect(
            request.url.hasPrefix("https://graph.facebook.com/v26.0/\(target)"), "\(request.url)")
        #expect(method != "POST" || request.url.hasSuffix(target), "\(request.url)")
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(form))
        #expect(
            !request.url.contains("FAKE") && request.body.firstRange(of: Array("FAKE".utf8)) == nil)
    }

    @Test(arguments: [
        "page:1020000000000001/feed", "page:fake café/feed", "/page:1020000000000001/feed",
    ])
    func `a reference in the path gives its ID and its token`(path: String) async throws {
        try storePage()
        let ending = await world.run("api", path, "-f", "message=Hi", "-f", "published=false")
        #expect(ending.status == .done, "\(ending.allOutput)")
        let request = try #require(world.simulation.requests.first)
        #expect(request.path == "/v26.0/1020000000000001/feed")
        #expect(request.headers["authorization"] == "Bearer EAAFAKEpage1")
        let id = try #require(try ending.object()["id"] as? String)
        let deletion = await world.run("api", "DELETE", id, "--as", "page:1020000000000001")
        #expect(deletion.output == #"{"success":true}"#)
        let again = await world.run("api", "DELETE", id, "--as", "page:1020000000000001")
        #expect(again.status == .tokenRefused)
        #expect(again.output.contains(#""error_subcode":33"#))
    }

    @Test func `app:ID uses the app's token in the header, without a proof`() async throws {
        for path in ["app:1234567890123456?fields=id", "app-token:1234567890123456?fields=id"] {
            world.simulation.clearRequests()
            let ending = await world.run("api", path)
            #expect(ending.output == #"{"id":"1234567890123456"}"#)
            let request = try #require(world.simulation.requests.first)
            #expect(
                request.headers["authorization"] == "Bearer 1234567890123456|FAKEsecret0001")
            #expect(request.query == "fields=id")
        }
    }

    @Test func `Instagram and Threads are called on their hosts, without a proof`() async throws {
        try world.store("instagram:17", "IGAAFAKEtoken1")
        try world.store("threads:18", "THAAFAKEtoken1")
        let requests = world.answer("{}")
        _ = await world.run("api", "instagram:17/media")
        _ = await world.run("api", "threads:18/threads", "-f", "text=x")
        #expect(
            requests.all.map(\.url) == [
                "https://graph.instagram.com/17/media", "https://graph.threads.net/v1.0/18/threads",
            ])
        #expect(requests.all.last.map { String(decoding: $0.body, as: UTF8.self) } == "text=x")
    }

    @Test(arguments: [
        ["api"], ["api", "GET"], ["api", "GET", "me", "x"], ["api", "PUT", "me"],
        ["api", "get", "me"], ["api", "https://graph.facebook.com/me"], ["api", "https:me"],
        ["api", "https%3A/x"], ["api", "//evil.example/me"], ["api", "me//x"], ["api", "me/../x"],
        ["api", "me/%2e%2E/x"], ["api", "me/%252e./x"], ["api", "."], ["api", "me#x"],
        ["api", #"me\x"#], ["api", "me/%5cx"], ["api", "me x"], ["api", "me/%20"],
        ["api", "me?q=a b"], ["api", "me\n"], ["api", "me/%0a"], ["api", "me%00"], ["api", ""],
        ["api", "/"], ["api", "me%3Fx=1"], ["api", "me/%ff"], ["api", "me/%c0%ae/x"],
        ["api", "me?q=%"], ["api", "v26.0/me"],
        ["api", "me?access_token=x"], ["api", "me?ACCESS%5fTOKEN=x"], ["api", "me?access.token=x"],
        ["api", "me?access%255ftoken=x"], ["api", "me?appsecret_proof=x"],
        ["api", "oauth/access_token"], ["api", "me/Access%5FToken"],
        ["api", "me", "-f", "access_token=x"], ["api", "me", "-f", "ACCESS_token=x"],
        ["api", "me", "-f", "access%5Ftoken=x"], ["api", "me", "-F", "appsecret_proof=x"],
        ["api", "me", "-F", "access_token=@x"], ["api", "me", "-f", "u=https://x?access_token=y"],
        ["api", "me", "-f", #"batch=[{"access\u005ftoken":"x"}]"#],
        ["api", "me", "-f", "x"], ["api", "me", "-f", "=x"], ["api", "me", "-F", "x=@"],
        ["api", "GET", "me", "-F", "x=@file"], ["api", "DELETE", "me", "-F", "x=@-"],
        ["api", "me", "-F", "x=@-", "-F", "y=@-"], ["api", "POST", "me", "--paginate"],
        ["api", "me", "-f", "x=y", "--paginate"], ["api", "me?method=post", "--paginate"],
        ["api", "me", "--as", "me"], ["api", "page:1/x", "--as", "user:10200000000000009"],
        ["api", "client:1/x"], ["api", "instagram-app:1/x"], ["api", "pending:1700000000/x"],
    ])
    func `a wrong call is refused before anything is sent`(arguments: [String]) async throws {
        try world.store("page:1", "EAAFAKEpage1")
        try world.store("client:1", "FAKEclient1")
        try world.store("instagram-app:1", "FAKEsecret1")
        try world.store("pending:1700000000", "EAAFAKEpending1")
        world.pipe("x")
        world.allow(.forbidden)
        let ending = await world.run(arguments)
        #expect(ending.status == .usage, "\(ending.allOutput)")
        #expect(ending.output == "")
    }

    @Test func `without a reference there must be one user, and the list names all`() async throws {
        try world.store("user:5", "EAAFAKEother1")
        world.allow(.forbidden)
        let ending = await world.run("api", "me")
        #expect(ending.status == .usage)
        #expect(
            ending.failure?.message.text.contains("--as: user:10200000000000009, user:5") == true)
        let missing = await world.run("api", "page:7/feed")
        #expect(missing.status == .missing)
        world.allow(.simulation)
        let same = await world.run(
            "api", "user:10200000000000009", "--as", "user:ann fake")
        #expect(same.status == .done)
    }

    @Test func `files are sent as a multipart form, byte for byte`() async throws {
        try storePage()
        var image = Array("GIF89a\r\n--x".utf8)
        for byte in UInt8.min...UInt8.max { image.append(byte) }
        let path = "\(world.directory)/a \"photo\".gif"
        try Data(image).write(to: URL(filePath: path))
        let ending = await world.run(
            "api", "page:1020000000000001/photos", "-F", "source=@\(path)", "-f", "caption=Hi é")
        #expect(ending.status == .done, "\(ending.allOutput)")
        let request = try #require(world.simulation.requests.first)
        #expect(request.body.firstRange(of: image) != nil)
        #expect(request.form.contains(#"filename="a %22photo%22.gif""#))
        #expect(request.form.contains("name=\"caption\"\r\n\r\nHi é\r\n"))
        #expect(request.query == "" && request.form.contains("appsecret_proof"))
    }

    @Test func `standard input can be a file`() async throws {
        try storePage()
        world.pipe("GIF89a FAKE")
        let ending = await world.run("api", "page:1020000000000001/photos", "-F", "source=@-")
        #expect(ending.status == .done, "\(ending.allOutput)")
        world.type()
        let terminal = await world.run("api", "page:1020000000000001/photos", "-F", "source=@-")
        #expect(terminal.failure?.id == "standard-input-not-sent")
    }

    @Test func `a file that cannot be read is an error, and so is a huge one`() async throws {
        world.allow(.forbidden)
        for path in ["\(world.directory)/nowhere", world.directory] {
            let ending = await world.run("api", "me/photos", "-F", "source=@\(path)")
            #expect(
                ending.status == .inputOutput && ending.failure?.id == "file-to-send-unreadable")
            #expect(!ending.allOutput.contains(path))
        }
        // A pipe that nobody writes to is not an empty file.
        let pipe = "\(world.directory)/pipe"
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        world.pipe("")
        for source in [pipe, "-"] {
            let ending = await world.run("api", "me/photos", "-F", "source=@\(source)")
            #expect(ending.failure?.id == "file-to-send-unreadable", "\(ending.allOutput)")
        }
        let ending = await world.run("api", "me/photos", "-F", "source=@/dev/zero")
        #expect(ending.status == .usage && ending.failure?.id == "file-to-send-too-large")
    }

    @Test func `only a GET without a method parameter is repeated`() async throws {
        for (arguments, count) in [
            (["me"], 3), (["POST", "me"], 1), (["DELETE", "1"], 1), (["me?method=delete"], 1),
            (["me?a=1;method=delete"], 1),
            (["GET", "me", "-f", "Method=post"], 1), (["me?%6dethod=post"], 1),
        ] {
            world.fail(Fault(.reset))
            world.simulation.clearRequests()
            let ending = await world.run(["api"] + arguments)
            #expect(ending.status == .unreachable)
            #expect(world.simulation.requests.count == count, "\(arguments)")
        }
    }
}
