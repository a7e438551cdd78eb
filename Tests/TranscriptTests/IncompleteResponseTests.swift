import Foundation
import GraphSimulator
import Testing

// Responses that say too little: a token that Meta issued is kept all the same.
struct IncompleteResponseTests {
    private static let user = "user:10200000000000009"
    private let graph: TemporaryGraph
    private let home: TemporaryHome

    init() async throws {
        graph = try await TemporaryGraph()
        home = try await TemporaryHome.withExpiringToken(using: graph)
    }

    private func refresh() async throws -> (status: Int32, line: RefreshDocument?) {
        let run = try await home.run("refresh", "--all", "--json")
        let lines = try run.json([RefreshDocument].self)
        return (run.status, lines.first)
    }

    /// Replaces members of what `debug_token` says about the new token, or about both tokens.
    private func replace(_ members: String, forBothTokens isForBoth: Bool = false) throws {
        let after = isForBoth ? "" : #""after":1,"#
        try graph.setFaults(
            #"[{"match":"debug_token","kind":"data",\#(after)"value":{\#(members)}}]"#)
    }

    @Test(
        arguments: [
            #""scopes":null"#, #""user_id":null"#, #""expires_at":null"#,
            #""user_id":null,"scopes":null,"app_id":null,"type":null"#,
            #""scopes":null,"expires_at":null,"user_id":null,"data_access_expires_at":null"#,
            #""expires_at":"soon","scopes":"all""#,
        ], [false, true])
    func `where debug_token says little, the response to the exchange decides`(
        _ members: String, _ isForBoth: Bool
    ) async throws {
        try replace(members, forBothTokens: isForBoth)
        let (status, line) = try await refresh()
        #expect(status == 0 && line?.result == "renewed", "\(String(describing: line))")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
        let shown = try await home.run("show", Self.user).text
        // What was known is kept.
        #expect(shown.contains("pages_show_list") && !shown.contains("unknown"), "\(shown)")
        #expect(try await home.run("list").text.contains("~new") == false)
    }

    @Test
    func `while the new token's expiry is unknown, both are kept and no third is requested`()
        async throws
    {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data","after":1,"value":{"expires_at":null}},
             {"match":"oauth/access_token","kind":"expires-in"}]
            """#)
        let (status, line) = try await refresh()
        #expect(status == 1 && line?.result == "kept", "\(String(describing: line))")
        #expect(line?.message?.contains("\(Self.user)~new") == true)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        #expect(try await home.run("get", "\(Self.user)~new").text == "EAAFAKElong0002\n")
        #expect(try await refresh().line?.result == "kept")
        #expect(graph.requests(to: "oauth/access_token").count == 1)
        // Once Meta says more, the better token is used.
        try graph.setFaults("[]")
        #expect(try await refresh().line?.result == "renewed")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
        #expect(try await home.run("list").text.contains("~new") == false)
        #expect(graph.requests(to: "oauth/access_token").count == 1)
    }

    @Test func `the new token is used once the old one is invalid`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data","after":1,"value":{"expires_at":null}},
             {"match":"oauth/access_token","kind":"expires-in"}]
            """#)
        #expect(try await refresh().line?.result == "kept")
        graph.simulation.kill(token: "EAAFAKElong0001", reason: 463)
        try replace(#""expires_at":null"#, forBothTokens: true)
        let (status, line) = try await refresh()
        #expect(status == 0 && line?.result == "renewed", "\(String(describing: line))")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
    }

    @Test(arguments: [
        (#""user_id":"200""#, "the token of user:200"), (#""app_id":"999""#, "app:999"),
        (#""scopes":["public_profile"]"#, "lacks business_management"),
        (#""is_valid":false"#, "does not confirm that the new token is valid"),
    ])
    func `a new token that is worse by Meta's own account does not replace the old one`(
        _ members: String, _ words: String
    ) async throws {
        try replace(members)
        let (status, line) = try await refresh()
        #expect(status == 1 && line?.result == "kept", "\(String(describing: line))")
        #expect(line?.message?.contains(words) == true, "\(String(describing: line))")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0001\n")
        #expect(try await home.run("check").status == 1)
        // A token that Meta issued and does not report as invalid is kept.
        #expect(try await home.run("get", "--allow-expired", "\(Self.user)~new").status == 0)
        try replace(members)
        #expect(try await refresh().line?.result == "kept")
        #expect(graph.requests(to: "oauth/access_token").count == 1)
    }

    @Test(arguments: [
        #"{"data":{"error":{}}}"#, #"{"data":{"error":{"message":"FAKE"}}}"#,
        #"{"data":{"error":{"code":0,"message":""}}}"#,
    ])
    func `an error without a code does not make a token invalid`(_ body: String) async throws {
        let message = body.replacing("\"", with: "\\\"")
        let fault = #""match":"debug_token","kind":"text","status":200,"message":"\#(message)""#
        try graph.setFaults("[{\(fault)}]")
        for command in [["check", "--online"], ["inspect", Self.user]] {
            let run = try await home.run(command)
            #expect(run.status == 76, "\(run.text)\(run.errors)")
        }
        #expect(try await home.run("show", Self.user).text.contains("invalid") == false)
        try graph.setFaults(#"[{"after":1,\#(fault)}]"#)
        #expect(try await home.run("refresh", "--all").status == 76)
        #expect(try await home.run("get", "\(Self.user)~new").text == "EAAFAKElong0002\n")
        try graph.setFaults("[]")
        #expect(try await refresh().line?.result == "renewed")
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
    }

    @Test(arguments: [459, 464, 490, 492])
    func `a token that needs action by the user is kept and not reported as invalid`(
        _ subcode: Int
    ) async throws {
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"+1h"}]}"#)
        let error = #"{"code":190,"subcode":\#(subcode),"message":"FAKE words"}"#
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"data","after":1,
              "value":{"is_valid":false,"error":\#(error)}}]
            """#)
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == 2 && run.hasFailedProperly, "\(run.errors)")
        #expect(
            run.errors.contains("does not accept it yet") && !run.errors.contains("is not valid"))
        #expect(run.errors.hasSuffix("hint: tokenvault exchange --resume\n"), "\(run.errors)")
        try graph.setFaults("[]")
        #expect(try await home.run("exchange", "--resume").status == 0)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
    }

    @Test(arguments: [
        #"{"id":10200000000000009,"name":"Ann Fake"}"#,
        #"{"name":"Ann Fake","id":10200000000000009.0}"#,
        #"{"id":"10200000000000009","name":"Ann Fake\ud83d"}"#,
        #"{"id":10200000000000009,"name":null}"#,
        #"{"id":"10200000000000009","name":{"first":"Ann"}}"#,
    ])
    func `a response of /me with a number or a broken character is accepted`(_ body: String)
        async throws
    {
        let message = body.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"without-owner"},
             {"match":"me","kind":"text","status":200,"message":"\#(message)"}]
            """#)
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"+1h"}]}"#)
        #expect(try await home.run("remove", Self.user, "--force").status == 0)
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        #expect(run.lines.first?.hasSuffix(Self.user) == true, "\(run.text)")
    }

    @Test(arguments: [#"{"id":"Ann"}"#, #"{"id":"0","name":"Ann Fake"}"#, #"{"id":"+12"}"#])
    func `an owner that Meta does not name is reported as unknown, and the token is kept`(
        _ body: String
    ) async throws {
        let message = body.replacing("\"", with: "\\\"")
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"without-owner"},
             {"match":"me","kind":"text","status":200,"message":"\#(message)"}]
            """#)
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"+1h"}]}"#)
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == 76 && run.hasFailedProperly, "\(run.errors)")
        let pending = try #require(run.errors.firstMatch(of: /pending:\d+/)).output
        #expect(run.errors.hasSuffix("hint: tokenvault inspect \(pending)\n"), "\(run.errors)")
        #expect(try await home.shell("tokenvault inspect \(pending)").status == 0)
        let again = try await home.run("exchange", "--resume")
        #expect(again.status == 76 && again.errors.contains("who owns it"), "\(again.errors)")
        #expect(try await home.run("get", "\(pending)").text == "EAAFAKElong0002\n")
        try graph.setFaults("[]")
        #expect(try await home.run("exchange", "--resume").status == 0)
        #expect(try await home.run("get", Self.user).text == "EAAFAKElong0002\n")
    }

    @Test func `an owner whose name is not UTF-8 is accepted`() async throws {
        try graph.setFaults(
            #"""
            [{"match":"debug_token","kind":"without-owner"},{"match":"me","kind":"broken-names"}]
            """#)
        try graph.simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEshort0001","expires_at":"+1h"}]}"#)
        let run = try await home.run("exchange", input: TemporaryHome.shortToken)
        #expect(run.status == 0 && run.lines.first?.contains("Ann Fake") == true, "\(run.errors)")
    }
}
