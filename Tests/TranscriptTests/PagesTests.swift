import Foundation
import GraphSimulator
import Testing

// Lists of pages, long, short and malformed.
struct PagesTests {
    private static let user = "user:10200000000000009"

    @Test(arguments: [1, 25, 26, 100, 101, 260])
    func `all pages are listed and stored, however many there are`(_ count: Int) async throws {
        let graph = try await TemporaryGraph.withPages(count)
        let home = try await TemporaryHome.withUserToken(using: graph)
        let run = try await home.run("pages")
        #expect(run.status == 0 && run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix("tokenvault: no Instagram account for "), "\(run.errors)")
        #expect(run.lines.count == count + 1 && run.lines.first?.hasPrefix("ENTRY ") == true)
        let stored = try await home.run("pages", "--offline", "--json").json([EntryDocument].self)
        #expect(Set(stored.map(\.ref)).count == count && stored.count == count)
        #expect(stored.allSatisfy { $0.expiresAt == "never" && $0.user == Self.user })
        // The first request is for 100 pages, the second for twice as many.
        #expect(graph.requests(to: "accounts").count == (count > 100 ? 2 : 1))
        let last = try await home.run("get", "page:\(1_030_000_000_000_000 + count)")
        #expect(last.status == 0 && last.text.hasPrefix("EAAFAKEpage"))
    }

    @Test func `every request for a list has the proof, and the token in a header`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        let home = try await TemporaryHome.withUserToken(using: graph)
        #expect(try await home.run("pages").status == 0)
        for call in graph.requests(to: "accounts") {
            #expect(call.query.contains("appsecret_proof="))
            #expect(call.headers["authorization"] == "Bearer EAAFAKElong0001")
        }
        #expect(graph.requests(to: "accounts").last?.query.contains("after=") == true)
    }

    @Test func `an empty list is not a failure, and the likely causes are named`() async throws {
        let home = try await TemporaryHome.withUserToken(using: TemporaryGraph.withPages(0))
        let run = try await home.run("pages")
        #expect(run.status == 0 && run.output.isEmpty && run.errorLines.count == 1)
        #expect(run.errors.contains("business_management") && run.errors.contains("selected"))
        let json = try await home.run("pages", "--json")
        #expect(try json.json([EntryDocument].self).isEmpty)
    }

    @Test func `an empty result page in the middle does not end the list`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        try graph.setFaults(#"[{"match":"accounts","kind":"empty-page"}]"#)
        let run = try await TemporaryHome.withUserToken(using: graph).run("pages")
        #expect(run.status == 0 && run.lines.count == 261)
        #expect(graph.requests(to: "accounts").count == 3)
    }

    @Test func `a page that appears twice is listed once`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        try graph.setFaults(#"[{"match":"accounts","kind":"duplicate-page"}]"#)
        let run = try await TemporaryHome.withUserToken(using: graph).run("pages", "--json")
        #expect(try run.json([EntryDocument].self).count == 260)
    }

    @Test(
        .enabled(
            if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"),
            "strace is not installed"))
    func `pages that are missing from the list are found in one pass`() async throws {
        let graph = try await TemporaryGraph.withPages(2000)
        let home = try await TemporaryHome.withUserToken(using: graph)
        let all = try await home.run("pages", "--quiet")
        #expect(all.lines.count == 2001)
        try graph.simulation.merge(
            state: """
                {"users": [{"id": "10200000000000009", "generate_pages": 0,
                    "pages": [{"id": "1020000000000001", "name": "Fake Bakery"}]}]}
                """)
        let run = try await home.shell(
            "strace -f -qq -o trace -e trace=pread64 tokenvault pages >out && wc -l <trace")
        #expect(run.errors.contains("no longer in Meta's list"))
        // Each of the vault's chunks is read a few times, not once or more for each page.
        let reads = try #require(Int(run.lines.first ?? ""))
        #expect(reads < 1000, "\(run.errors)")
    }

    @Test func `a list that loops fails with 76, and the pages so far are kept`()
        async throws
    {
        let graph = try await TemporaryGraph.withPages(260)
        try graph.setFaults(#"[{"match":"accounts","kind":"repeat-cursor"}]"#)
        let home = try await TemporaryHome.withUserToken(using: graph)
        let run = try await home.run("pages")
        #expect(run.status == 76 && run.lines.count > 100)
        #expect(run.errorLines.count == 1 && run.errors.contains("its list repeats itself"))
        #expect(graph.requests(to: "accounts").count < 5)
        let stored = try await home.run("pages", "--offline")
        #expect(stored.lines.count == run.lines.count)
    }

    @Test func `a next link to another host is never followed`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        let other = try await TemporaryGraph()
        try graph.setFaults(
            #"[{"match":"accounts","kind":"foreign-next","location":"\#(other.url)"}]"#)
        let run = try await TemporaryHome.withUserToken(using: graph).run("pages")
        #expect(run.status == 0 && run.lines.count == 261)
        #expect(other.receivedNoRequests)
    }

    @Test func `a list that is too large is requested in smaller parts`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        try graph.setFaults(#"[{"match":"accounts","kind":"too-much-data","limit":30}]"#)
        let run = try await TemporaryHome.withUserToken(using: graph).run("pages")
        #expect(run.status == 0 && run.lines.count == 261)
    }

    @Test func `a failure halfway keeps and prints the pages so far`() async throws {
        let graph = try await TemporaryGraph.withPages(260)
        try graph.setFaults(
            #"[{"match":"accounts","kind":"error","code":4,"status":403,"after":1}]"#)
        let home = try await TemporaryHome.withUserToken(using: graph)
        let run = try await home.run("pages")
        #expect(run.status == 75 && run.lines.count == 101 && run.errorLines.count == 1)
        #expect(try await home.run("pages", "--offline").lines.count == 101)
    }

    @Test func `a page without a token is named, with the reason`() async throws {
        let home = try await TemporaryHome.withUserToken(using: TemporaryGraph())
        let run = try await home.run("pages")
        #expect(run.status == 0 && run.lines.count == 27)
        #expect(run.errorLines.count == 2)
        #expect(
            run.errors.hasPrefix(
                "tokenvault: warning: no token for page:1020000000000002 (Fake No-T"))
        #expect(try await home.run("get", "page:1020000000000002").status == 66)
    }

    @Test func `pages can be requested by ID, even one that the list leaves out`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withUserToken(using: graph)
        let run = try await home.run(
            "pages", "1020000000000003", "page:1020000000000007", "--json")
        #expect(run.status == 0, "\(run.errors)")
        let entries = try run.json([EntryDocument].self)
        #expect(entries.map(\.ref) == ["page:1020000000000003", "page:1020000000000007"])
        #expect(graph.requests(to: "accounts").isEmpty)
        let missing = try await home.run("pages", "1020000000000002", "4040404")
        #expect(missing.status == 0 && missing.errorLines.count == 2, "\(missing.errors)")
        #expect(missing.errors.contains("page:4040404"))
    }

    @Test func `pages of a short-lived token expire with it, after a warning`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withVault(using: graph)
        let added = try await home.run(
            "add", Self.user, "--app", TemporaryHome.app, input: TemporaryHome.shortToken)
        #expect(added.status == 0)
        let run = try await home.run("pages", "--json")
        #expect(run.status == 0)
        #expect(run.errorLines.first?.contains("is a short-lived token") == true)
        let entries = try run.json([EntryDocument].self)
        #expect(entries.count == 26 && entries.allSatisfy { $0.status == "expiring" })
    }

    @Test func `an invalid user token fails with 2 and says what to do`() async throws {
        let graph = try await TemporaryGraph()
        let home = try await TemporaryHome.withUserToken(using: graph)
        #expect(graph.simulation.kill(token: "EAAFAKElong0001", reason: 460))
        let run = try await home.run("pages")
        #expect(run.status == 2 && run.hasFailedProperly, "\(run.text)\(run.errors)")
        #expect(run.errors.contains("the password was changed"))
        #expect(run.errors.hasSuffix("tokenvault: hint: tokenvault exchange\n"))
    }
}
