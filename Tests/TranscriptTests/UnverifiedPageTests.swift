import Foundation
import GraphSimulator
import Testing

// Page tokens whose user token has become invalid.
struct UnverifiedPageTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private static let reason = "may have been revoked along with \(user)"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    private func check(_ arguments: String...) async throws -> CheckDocument {
        try await home.run(["check", "--json"] + arguments).json(CheckDocument.self)
    }

    private func invalidateUserToken(reason: Int = 460) async throws {
        #expect(graph.simulation.kill(token: "EAAFAKElong0001", reason: reason))
        #expect(try await home.run("check", "--online", Self.user).status == 2)
    }

    @Test(arguments: [458, 459, 460, 467, 493])
    func `page tokens are unverified until Meta has been asked about each`(_ reason: Int)
        async throws
    {
        try await invalidateUserToken(reason: reason)
        let line = try #require(try await check().line(Self.page))
        #expect(line.status == "ok" && line.reason == Self.reason)
        #expect(line.advice == "tokenvault check --online \(Self.page)")
        let shown = try await home.run("show", Self.page).text
        #expect(shown.contains("why") && shown.contains(Self.reason))
        // The suggested command works, and clears only that page.
        #expect(try await home.shell(try #require(line.advice)).status == 0)
        let after = try await check()
        #expect(after.line(Self.page)?.reason == nil && after.line(Self.page)?.advice == nil)
        #expect(after.entries.filter { $0.reason == Self.reason }.count == 25)
    }

    @Test func `check and list report them in one line, with the command to run`() async throws {
        try await invalidateUserToken()
        let words =
            "\(Self.page) and 25 more: \(Self.reason); run `tokenvault check --online` to find out"
        for command in [["check"], ["list"], ["pages", "--offline"]] {
            let run = try await home.run(command)
            #expect(run.lines.filter { $0.contains("may have been") } == [words], "\(run.text)")
        }
        let one = try await home.run("check", Self.page)
        #expect(
            one.lines.last?.hasSuffix("`tokenvault check --online \(Self.page)` to find out")
                == true)
    }

    @Test func `get still prints them, since they may be valid`() async throws {
        try await invalidateUserToken()
        #expect(try await home.run("get", Self.page).status == 0)
        try graph.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "dead": 460}]}"#)
        #expect(try await home.run("check", "--online").status == 2)
        let got = try await home.run("get", Self.page)
        #expect(got.status == 2 && got.hasFailedProperly && got.errors.contains("190/460"))
    }

    @Test func `they stay valid if the user token merely expires`() async throws {
        try await invalidateUserToken(reason: 463)
        #expect(try await check().line(Self.page)?.reason == nil)
        #expect(try await check("--online").line(Self.page)?.status == "ok")
    }

    @Test func `each has its own result if all are checked at once`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let document = try await check("--online")
        #expect(document.line(Self.user)?.status == "invalid")
        #expect(document.line(Self.page)?.status == "ok")
        #expect(document.entries.allSatisfy { $0.ref == Self.user || $0.reason == nil })
    }

    @Test func `they stay unverified after a new login, until they are fetched`() async throws {
        try await invalidateUserToken()
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        #expect(try await check().line(Self.user)?.status == "ok")
        #expect(try await check().line(Self.page)?.reason == Self.reason)
        #expect(try await home.run("pages", "1020000000000001").status == 0)
        #expect(try await check().line(Self.page)?.reason == nil)
    }

    @Test func `they become unverified by a refresh that finds the user token invalid`()
        async throws
    {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        #expect(try await home.run("refresh", "--all").status == 2)
        let document = try await check()
        #expect(document.line(Self.user)?.status == "invalid")
        #expect(document.line(Self.page)?.reason == Self.reason)
    }

    @Test func `each has its own result after the app secret is rotated`() async throws {
        try await invalidateUserToken()
        let rotated = try await home.run(
            "rotate", TemporaryHome.app, input: TemporaryHome.appSecret)
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(try await check().line(Self.page)?.reason == nil)
        #expect(try await check().line(Self.user)?.status == "invalid")
    }

    @Test func `page tokens of another user or app are not affected`() async throws {
        let other = ["--app", "app:2345678901234567", "--user", Self.user]
        #expect(
            try await home.run(["add", "page:7"] + other, input: "EAAFAKEother7").status == 0)
        #expect(
            try await home.run("add", "page:8", "--user", "user:8", input: "EAAFAKEother8").status
                == 0)
        try await invalidateUserToken()
        for ref in ["page:7", "page:8"] { #expect(try await check().line(ref)?.reason == nil) }
    }
}
