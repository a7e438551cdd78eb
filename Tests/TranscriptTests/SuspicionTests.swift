import Foundation
import GraphSimulator
import Testing

// Page tokens whose user's token has died.
struct SuspicionTests {
    private static let user = "user:10200000000000009"
    private static let page = "page:1020000000000001"
    private static let reason = "may be dead, as the token of \(user) is"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(asking: graph)
    }

    private struct Document: Decodable {
        struct Line: Decodable {
            let ref: String
            let status: String
            let reason: String?
            let advice: String?
        }
        let entries: [Line]

        func line(_ ref: String) -> Line? { entries.first { $0.ref == ref } }
    }

    private func check(_ arguments: String...) async throws -> Document {
        try await home.run(["check", "--json"] + arguments).json(Document.self)
    }

    private func letUserTokenDie(of reason: Int = 460) async throws {
        #expect(graph.simulation.kill(token: "EAAFAKElong0001", reason: reason))
        #expect(try await home.run("check", "--online", Self.user).status == 2)
    }

    @Test(arguments: [458, 459, 460, 467, 493])
    func `are suspect until Meta was asked about each`(_ reason: Int) async throws {
        try await letUserTokenDie(of: reason)
        let line = try #require(try await check().line(Self.page))
        #expect(line.status == "ok" && line.reason == Self.reason)
        #expect(line.advice == "tokenvault check --online \(Self.page)")
        let shown = try await home.run("show", Self.page).text
        #expect(shown.contains("why") && shown.contains(Self.reason))
        // What tells is a command that works, and clears that page alone.
        #expect(try await home.shell(try #require(line.advice)).status == 0)
        let after = try await check()
        #expect(after.line(Self.page)?.reason == nil && after.line(Self.page)?.advice == nil)
        #expect(after.entries.filter { $0.reason == Self.reason }.count == 25)
    }

    @Test func `are told in one line, with what tells, by check and by list`() async throws {
        try await letUserTokenDie()
        let words =
            "\(Self.page) and 25 more: \(Self.reason); run `tokenvault check --online` to find out"
        for command in [["check"], ["list"], ["pages", "--offline"]] {
            let run = try await home.run(command)
            #expect(run.lines.filter { $0.contains("may be dead") } == [words], "\(run.text)")
        }
        let one = try await home.run("check", Self.page)
        #expect(
            one.lines.last?.hasSuffix("`tokenvault check --online \(Self.page)` to find out")
                == true)
    }

    @Test func `are given out, as nobody has said that they are dead`() async throws {
        try await letUserTokenDie()
        #expect(try await home.run("get", Self.page).status == 0)
        try graph.simulation.merge(
            state: #"{"users": [{"id": "10200000000000009", "dead": 460}]}"#)
        #expect(try await home.run("check", "--online").status == 2)
        let got = try await home.run("get", Self.page)
        #expect(got.status == 2 && got.hasFailedProperly && got.errors.contains("190/460"))
    }

    @Test func `outlive the end of the user token's time`() async throws {
        try await letUserTokenDie(of: 463)
        #expect(try await check().line(Self.page)?.reason == nil)
        #expect(try await check("--online").line(Self.page)?.status == "ok")
    }

    @Test func `have their own answer where all are asked at once`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        let document = try await check("--online")
        #expect(document.line(Self.user)?.status == "invalid")
        #expect(document.line(Self.page)?.status == "ok")
        #expect(document.entries.allSatisfy { $0.ref == Self.user || $0.reason == nil })
    }

    @Test func `stay suspect when the person logs in anew, until they are fetched`() async throws {
        try await letUserTokenDie()
        #expect(try await home.run("exchange", input: TemporaryHome.shortToken).status == 0)
        #expect(try await check().line(Self.user)?.status == "ok")
        #expect(try await check().line(Self.page)?.reason == Self.reason)
        #expect(try await home.run("pages", "1020000000000001").status == 0)
        #expect(try await check().line(Self.page)?.reason == nil)
    }

    @Test func `become so by a refresh that finds the user's token dead`() async throws {
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 460)
        #expect(try await home.run("refresh", "--all").status == 2)
        let document = try await check()
        #expect(document.line(Self.user)?.status == "invalid")
        #expect(document.line(Self.page)?.reason == Self.reason)
    }

    @Test func `get their own answer when the app's secret is rotated`() async throws {
        try await letUserTokenDie()
        let rotated = try await home.run(
            "rotate", TemporaryHome.app, input: TemporaryHome.appSecret)
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(try await check().line(Self.page)?.reason == nil)
        #expect(try await check().line(Self.user)?.status == "invalid")
    }

    @Test func `of another person or app are none of it`() async throws {
        let other = ["--app", "app:2345678901234567", "--user", Self.user]
        #expect(
            try await home.run(["add", "page:7"] + other, input: "EAAFAKEother7").status == 0)
        #expect(
            try await home.run("add", "page:8", "--user", "user:8", input: "EAAFAKEother8").status
                == 0)
        try await letUserTokenDie()
        for ref in ["page:7", "page:8"] { #expect(try await check().line(ref)?.reason == nil) }
    }
}
