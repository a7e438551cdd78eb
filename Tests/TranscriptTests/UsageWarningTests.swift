import GraphSimulator
import Testing

// Warnings when Meta's rate limits are nearly used up.
struct UsageWarningTests {
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withPages(using: graph)
    }

    /// Adds this header to every response.
    private func send(_ name: String, _ value: String) throws {
        let value = value.replacing(#"""#, with: #"\""#)
        try graph.setFaults(
            #"[{"match":"*","kind":"usage","headers":{"\#(name)":"\#(value)"}}]"#)
    }

    @Test(arguments: [
        (
            "X-App-Usage", #"{"call_count":93,"total_time":25,"total_cputime":1.5}"#,
            "93% of the app's hourly calls (X-App-Usage) are used up"
        ),
        (
            "X-App-Usage", #"{"call_volume":0,"cpu_time":"80"}"#,
            "80% of the app's hourly calls (X-App-Usage) are used up"
        ),
        (
            "X-Page-Usage", #"{"call_count":2,"total_time":112,"total_cputime":1}"#,
            "112% of the page's hourly calls (X-Page-Usage) are used up"
        ),
        (
            "X-Business-Use-Case-Usage",
            #"{"1040000000000001":[{"type":"pages","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19}]}"#,
            "100% of the calls of business 1040000000000001 for pages "
                + "(X-Business-Use-Case-Usage) are used up, for another 19 minutes"
        ),
        (
            "X-Ad-Account-Usage", #"{"acc_id_util_pct":99.67,"reset_time_duration":100}"#,
            "99% of the ad account's calls (X-Ad-Account-Usage) are used up, "
                + "for another 100 seconds"
        ),
        (
            "X-FB-Ads-Insights-Throttle", #"{"app_id_util_pct":100,"acc_id_util_pct":10}"#,
            "100% of the Ads Insights calls (X-FB-Ads-Insights-Throttle) are used up"
        ),
    ])
    func `there is one warning, however many responses report the limit`(
        _ name: String, _ value: String, _ words: String
    ) async throws {
        try send(name, value)
        let run = try await home.run("check", "--online", "--json")
        #expect(run.status == 0 && run.errors == "tokenvault: warning: \(words)\n")
        #expect(graph.requests(to: "debug_token").count == 27)
        _ = try run.json(CheckDocument.self)
    }

    @Test(arguments: [
        ("X-App-Usage", #"{"call_count":79.9,"total_time":25,"total_cputime":25}"#),
        ("X-App-Usage", "garbage"), ("X-App-Usage", #"{"call_count":"many"}"#),
        ("X-App-Usage", #"{"call_count":-100}"#), ("X-App-Usage", #"{"call_count":1e300}"#),
        ("X-Business-Use-Case-Usage", #"{"1":[{"type":"pages","call_count":12}]}"#),
        ("X-Business-Use-Case-Usage", #"{"1":{"call_count":99}}"#),
        ("X-Ad-Account-Usage", #"{"acc_id_util_pct":9.67,"reset_time_duration":100}"#),
    ])
    func `there is no warning below the threshold`(_ name: String, _ value: String) async throws {
        try send(name, value)
        let run = try await home.run("check", "--online")
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    }

    @Test func `there is no warning if an error says it already`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"accounts","kind":"error","code":4,
              "headers":{"X-App-Usage":"{\"call_count\":100}"}}]
            """#)
        let run = try await home.run("pages")
        #expect(run.status == 75 && run.hasFailedProperly, "\(run.errors)")
    }
}
