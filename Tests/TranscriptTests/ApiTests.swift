import Foundation
import GraphSimulator
import Support
import Testing

/// `api` as scripts run it, over HTTP.
struct ApiTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome
    private static let page = "page:1020000000000001"

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    @Test func `a draft is posted, read and deleted`() async throws {
        let posted = try await home.run(
            "api", "\(Self.page)/feed", "-f", "message=Grüße", "-f", "published=false")
        #expect(posted.status == 0 && posted.errors.isEmpty, "\(posted.errors)")
        let id = try posted.json([String: String].self)["id"] ?? ""
        let read = try await home.run("api", "\(id)?fields=message", "--as", Self.page)
        #expect(read.text == #"{"message":"Gr\u00fc\u00dfe","id":"\#(id)"}"#)
        let deleted = try await home.run("api", "DELETE", id, "--as", Self.page)
        #expect(deleted.text == #"{"success":true}"#)
        let again = try await home.run("api", "DELETE", id, "--as", Self.page, "--json")
        #expect(again.status == 2 && again.text.contains(#""code":100"#))
        #expect(try again.errorDocument().exit == 2)
    }

    @Test func `a photo arrives byte for byte`() async throws {
        var image = Array("GIF89a".utf8)
        for byte in UInt8.min...UInt8.max { image.append(byte) }
        try home.write(Data(image + image), to: "photo.gif")
        let run = try await home.run("api", "\(Self.page)/photos", "-F", "source=@photo.gif")
        #expect(run.status == 0, "\(run.errors)")
        let request = try #require(graph.requests(to: "photos").first)
        #expect(request.body.firstRange(of: image + image) != nil)
    }

    @Test func `secrets are masked wherever the response has them, at any length`() async throws {
        let tokens = try await home.run("get", "-n", "user:10200000000000009").text
        for padding in [0, 8180, 8192, 65_530, 1_000_000] {
            // Larger than a packet, so that a secret is at a border of what arrives at once.
            let filler = String(repeating: "x", count: padding)
            graph.respond(
                at: "*",
                with: #"{"a":"\#(filler)\#(tokens)","b":"FAKE%73ecret0001","access_token":"new"}"#)
            let run = try await home.run("api", "me")
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.text
                    == #"{"a":"\#(filler)[redacted]","b":"[redacted]","access_token":"[redacted]"}"#
            )
        }
    }

    @Test func `a response of more than 4 MiB is refused`() async throws {
        try graph.setFaults(#"[{"match":"*","kind":"oversized"}]"#)
        let run = try await home.run("api", "me")
        #expect(run.status == 76 && run.hasFailedProperly)
    }

    @Test func `other processes see neither the token nor the app secret`() async throws {
        try graph.setFaults(#"[{"match":"*","kind":"slow","seconds":1}]"#)
        let run = try await home.shell(
            """
            tokenvault api me/accounts >body &
            sleep 0.5
            cat /proc/$!/cmdline /proc/$!/environ 2>/dev/null | tr '\\0' '\\n'
            wait $!
            """)
        #expect(run.status == 0 && run.text.contains("me/accounts"), "\(run.errors)")
        #expect(!run.text.contains("EAAFAKE") && !run.text.contains(TemporaryHome.appSecret))
        SecretWatch.search(graph.simulation.requests)
        let request = try #require(graph.requests(to: "accounts").first)
        #expect(request.headers["authorization"]?.hasPrefix("Bearer EAAFAKE") == true)
    }

    @Test func `nothing is sent for a path that leaves the API`() async throws {
        for path in [
            "../me", "%2e%2e/me", "http://127.0.0.1/me", "//127.0.0.1/me", "me?access_token=x",
            "oauth/access%5Ftoken",
        ] {
            let run = try await home.run("api", path)
            #expect(run.status == 64 && run.hasFailedProperly, "\(path): \(run.errors)")
        }
        #expect(graph.receivedNoRequests)
    }

    @Test func `a list is one array, and a broken one is not printed`() async throws {
        let all = try await home.run("api", "GET", "me/accounts", "-f", "limit=7", "--paginate")
        #expect(all.status == 0, "\(all.errors)")
        #expect(try all.json([EntryID].self).count > 20)
        #expect(!all.text.contains("EAAFAKE") && all.text.contains("[redacted]"))
        try graph.setFaults(#"[{"match":"accounts","kind":"repeat-cursor"}]"#)
        let broken = try await home.run("api", "GET", "me/accounts", "-f", "limit=7", "--paginate")
        #expect(broken.status == 76 && broken.hasFailedProperly, "\(broken.errors)")
    }

    private struct EntryID: Decodable {
        let id: String
    }
}
