import GraphSimulator
import Testing

// Warnings about the versions of Meta's APIs, which never change the exit status.
struct VersionTests {
    private static let read = "(dates read on 2026-11-29); use a later version"
    private static let ends = [
        "v21.0 of the Graph API ends on 2027-01-21, in 51 days \(read)",
        "v21.0 of the Marketing API ended on 2025-09-09, 448 days ago \(read)",
    ].map { "tokenvault: warning: \($0)" }
    private static let substitute = "Meta answered with v27.0 of the Graph API instead of v26.0"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    /// Makes `endpoint` answer with another version.
    private func answerWithOtherVersion(_ endpoint: String, _ kind: String) throws {
        try graph.setFaults(
            """
            [{"match":"\(endpoint)","kind":"\(kind)","code":4,
              "headers":{"facebook-api-version":"v27.0"}}]
            """)
    }

    @Test(arguments: [[], ["--json"], ["--format", "json"], ["--format", "prometheus"]])
    func `the end of a version is reported in each format`(format: [String]) async throws {
        let options = ["check", "--at", "2026-12-01", "--graph-version"]
        let run = try await home.run(options + ["v21.0"] + format)
        #expect(run.status == 0 && run.errorLines == Self.ends, "\(run.errors)")
        let later = try await home.run(options + ["v25.0"] + format)
        #expect(later.status == 0 && later.errors.isEmpty, "\(later.errors)")
        let none = try await home.run(
            ["check", "--at", "2099-01-01", TemporaryHome.app] + format,
            environment: ["TOKENVAULT_GRAPH_VERSION": "none"])
        #expect(none.status == 0 && none.errors.isEmpty, "\(none.errors)")
    }

    @Test func `the JSON and the metrics have the ends`() async throws {
        let options = ["check", "--graph-version", "v24.0"]
        let document = try await home.run(options + ["--json"]).json(CheckDocument.self)
        #expect(
            document.versions == [
                .init(api: "graph", version: "v24.0", ends: "2028-02-18T00:00:00Z"),
                .init(api: "marketing", version: "v24.0", ends: "2026-10-06T00:00:00Z"),
            ])
        let metrics = try await home.run(options + ["--format", "prometheus"])
        let name = "tokenvault_api_version_ends_timestamp_seconds"
        #expect(
            metrics.lines.filter { $0.hasPrefix(name) } == [
                #"\#(name){api="graph",version="v24.0"} 1834444800"#,
                #"\#(name){api="marketing",version="v24.0"} 1791244800"#,
            ])
        let unversioned = try await home.run("check", "--graph-version", "none", "--json")
        #expect(try unversioned.json(CheckDocument.self).versions.isEmpty)
    }

    @Test(arguments: [[], ["--json"]])
    func `there is one warning if another version answers, however many responses name it`(
        options: [String]
    ) async throws {
        try answerWithOtherVersion("*", "usage")
        let run = try await home.run(["check", "--online"] + options)
        #expect(run.status == 0)
        #expect(run.errors == "tokenvault: warning: \(Self.substitute)\n")
        #expect(graph.requests(to: "debug_token").count == 27)
        if !options.isEmpty { _ = try run.json(CheckDocument.self) }
    }

    @Test func `the error document of a command that fails has the warning`() async throws {
        try answerWithOtherVersion("accounts", "error")
        let run = try await home.run("pages", "--json")
        #expect(run.status == 75)
        #expect(try run.errorDocument().exit == 75)
        #expect(run.errors.contains(#""warnings":["\#(Self.substitute)"]"#), "\(run.errors)")
    }

    @Test func `a retired version is answered by a later one`() async throws {
        let run = try await home.run("check", "--online", "--graph-version", "v18.0")
        #expect(run.status == 0)
        let answered = /tokenvault: warning: Meta answered with v\d+\.0 of .* instead of v18\.0/
        #expect(run.errorLines.count == 2 && run.errors.contains(answered), "\(run.errors)")
        #expect(run.errors.contains("v18.0 of the Graph API ended on 2026-01-26, "))
    }
}
