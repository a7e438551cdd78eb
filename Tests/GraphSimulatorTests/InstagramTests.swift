import GraphSimulator
import Testing

struct InstagramTests {
    private static let fields =
        "fields=id,instagram_business_account%7Bid,username%7D,name"
    private static let account =
        #""instagram_business_account":{"username":"fake.cafe","id":"17841400000000001"}"#

    private func simulation(scopes: String, granular: String = "") throws -> Simulation {
        let simulation = try Simulation.atRest()
        try simulation.merge(
            state: #"""
                {"pages":[{"id":"1020000000000001","instagram_id":"17841400000000001",
                  "instagram_username":"fake.cafe"}],
                 "tokens":[{"token":"EAAFAKEshort0001","scopes":[\#(scopes)]\#(granular)}]}
                """#)
        return simulation
    }

    private func answers(_ simulation: Simulation) -> [String] {
        ["/me/accounts?limit=1&\(Self.fields)", "/1020000000000001?\(Self.fields)"].map {
            simulation.get($0, token: "EAAFAKEshort0001").text
        }
    }

    @Test func `a linked account is in the list and in the page, with the requested fields`() throws
    {
        let simulation = try simulation(scopes: #""pages_show_list","instagram_basic""#)
        for text in answers(simulation) {
            #expect(
                text.contains(#"{"id":"1020000000000001",\#(Self.account),"name":"Fake Caf"#),
                "\(text)")
        }
        let bare = simulation.get(
            "/1020000000000001?fields=instagram_business_account", token: "EAAFAKEshort0001")
        #expect(
            bare.has(#"{"instagram_business_account":{"id":"17841400000000001"},"id":"#),
            "\(bare.text)")
        let unknown = simulation.get(
            "/me/accounts?fields=instagram_business_account%7Bshoes%7D", token: "EAAFAKEshort0001")
        #expect(unknown.has("nonexisting field (shoes)"))
    }

    @Test(arguments: [
        (#""pages_show_list""#, ""),
        (
            #""pages_show_list","instagram_basic""#,
            #","granular_scopes":[{"scope":"instagram_basic","target_ids":["1784"]}]"#
        ),
    ])
    func `without the scope, or if it was not selected, the key is missing`(
        _ scopes: String, _ granular: String
    ) throws {
        for text in answers(try simulation(scopes: scopes, granular: granular)) {
            #expect(text.contains("Fake Caf") && !text.contains(#""instagram"#), "\(text)")
        }
    }

    @Test func `without a linked account or a sufficient task the key is missing`() throws {
        let simulation = try simulation(scopes: #""pages_show_list","instagram_basic""#)
        try simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009",
                  "pages":[{"id":"1020000000000001","tasks":["ANALYZE"]}]}]}
                """#)
        #expect(answers(simulation).allSatisfy { !$0.contains("instagram") })
        try simulation.merge(
            state: #"""
                {"users":[{"id":"10200000000000009",
                  "pages":[{"id":"1020000000000001","instagram_id":""}]}]}
                """#)
        #expect(answers(simulation).allSatisfy { $0.contains("Fake") && !$0.contains("instagram") })
    }
}
