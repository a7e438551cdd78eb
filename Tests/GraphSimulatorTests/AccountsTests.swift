import GraphSimulator
import Testing

struct AccountsTests {
    @Test func `pages are listed in the recorded format`() throws {
        let simulation = try Simulation.atRest()
        _ = simulation.exchange("EAAFAKEshort0001")
        let response = simulation.get(
            "/v26.0/me/accounts?access_token=EAAFAKElong0001&limit=2")
        #expect(
            response.text == #"{"data":[{"access_token":"EAAFAKEpage0001","category":"Community","#
                + #""category_list":[{"id":"2612","name":"Community"}],"name":"Fake Caf\u00e9","#
                + #""id":"1020000000000001","tasks":["ADVERTISE","ANALYZE","CREATE_CONTENT","#
                + #""MESSAGING","MODERATE","MANAGE"]},{"category":"Brand","category_list":["#
                + #"{"id":"1605","name":"Brand"}],"name":"Fake No-Token Page","#
                + #""id":"1020000000000002","tasks":["ANALYZE"]}],"paging":{"cursors":{"#
                + #""before":"QVFIUfake1ZD","after":"QVFIUfake2ZD"},"next":"https:\/\/"#
                + #"graph.facebook.com\/v26.0\/10200000000000009\/accounts?"#
                + #"access_token=EAAFAKElong0001&pretty=0&limit=2&after=QVFIUfake2ZD"}}"#)
    }

    @Test func `next has the fields in order and escaped, without token or proof`() throws {
        let response = try Simulation.atRest().get(
            "/v26.0/me/accounts?fields=id,name&limit=1&summary=total_count&appsecret_proof="
                + AppSecretProof.proof(of: "EAAFAKEshort0001", secret: "FAKEsecret0001"),
            token: "EAAFAKEshort0001")
        #expect(response.has(#"{"data":[{"id":"1020000000000001","name":"Fake Caf\u00e9"}]"#))
        #expect(
            response.has(#"accounts?pretty=0&fields=id\u00252Cname&summary=total_count&limit=1"#))
        #expect(!response.has("access_token=") && !response.has("proof"))
        #expect(response.has(#""summary":{"total_count":27}"#))
    }

    @Test func `names are escaped as in the Graph API`() throws {
        let response = try Simulation.atRest().get(
            "/me/accounts?fields=name", token: "EAAFAKEshort0001")
        #expect(response.has(#""Fake Bakery \ud83e\udd50""#))
        #expect(response.has(#""Fake \u001b[31mRed Page""#))
        #expect(response.has(#""Fake \"Quoted\" 100\u0025 \/ Page""#))
    }

    @Test func `there are 25 pages per result page, forward and backward`() throws {
        let simulation = try Simulation.atRest()
        let first = simulation.get("/me/accounts?fields=id", token: "EAAFAKEshort0001")
        #expect(ids(first).count == 25)
        #expect(first.has(#""after":"QVFIUfake25ZD"},"next""#) && !first.has("previous"))
        let second = simulation.get(
            "/me/accounts?fields=id&after=QVFIUfake25ZD", token: "EAAFAKEshort0001")
        #expect(ids(second) == ["1020000000000026", "1020000000000027"])
        #expect(second.has("cursors") && second.has("previous") && !second.has(#""next""#))
        let back = simulation.get(
            "/me/accounts?fields=id&before=QVFIUfake26ZD", token: "EAAFAKEshort0001")
        #expect(ids(back) == ids(first))
    }

    @Test(arguments: [0, 1, 25, 26, 260, 10_000])
    func `all pages are found with cursors`(_ count: Int) throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(state: #"{"users":[{"id":"\#(user)","generate_pages":\#(count)}]}"#)
        let found = all(in: simulation, limit: 100)
        #expect(found.count == count && Set(found).count == count)
        if count == 0 {
            #expect(
                simulation.get("/me/accounts", token: "EAAFAKEshort0001").text == #"{"data":[]}"#)
        }
    }

    @Test func `consent, scopes and business ownership determine which pages are listed`() throws {
        let simulation = try Simulation.atRest()
        #expect(
            simulation.get("/me/accounts", token: "EAAFAKEother0001").has(#""previous"#) == false)
        #expect(
            ids(simulation.get("/me/accounts?fields=id", token: "EAAFAKEother0001"))
                == ["1020000000000001"])
        try simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEother0001","scopes":["pages_show_list"]}]}"#)
        let listed = ids(
            simulation.get("/me/accounts?fields=id&limit=50", token: "EAAFAKEother0001"))
        #expect(listed.count == 26 && !listed.contains("1020000000000007"))
        // A page owned by a business is not listed, but its token can be requested by ID.
        let page = simulation.get(
            "/1020000000000007?fields=access_token", token: "EAAFAKEother0001")
        #expect(page.has("EAAFAKEpage"))
        try simulation.merge(
            state: #"{"tokens":[{"token":"EAAFAKEother0001","scopes":["public_profile"]}]}"#)
        #expect(
            simulation.get("/me/accounts", token: "EAAFAKEother0001").text == #"{"data":[]}"#)
    }

    @Test func `only users have accounts, and only their own`() throws {
        let simulation = try Simulation.atRest()
        let page = simulation.get(
            "/1020000000000001?fields=access_token", token: "EAAFAKEshort0001")
        #expect(page.text == #"{"access_token":"EAAFAKEpage0001","id":"1020000000000001"}"#)
        #expect(simulation.get("/me/accounts", token: "EAAFAKEpage0001").has("(#100) Tried"))
        #expect(simulation.get("/me/accounts").has(#""code":2500"#))
        #expect(simulation.get("/\(user)/accounts", token: "EAAFAKEshort0001").status == 200)
        #expect(
            simulation.get("/\(user)/accounts", token: "EAAFAKEsystem001").has(
                #""error_subcode":33"#))
    }

    @Test func `invalid limits, cursors and fields are rejected`() throws {
        let simulation = try Simulation.atRest()
        for (query, piece) in [
            ("limit=many", "must be an integer"), ("after=garbage", #""code":2642"#),
            ("after=QVFIUfake99ZD", "exceeds the max limit"), ("fields=shoe_size", "(shoe_size)"),
        ] {
            let response = simulation.get("/me/accounts?\(query)", token: "EAAFAKEshort0001")
            #expect(response.status == 400 && response.has(piece))
        }
    }

    private func ids(_ response: SimulatedResponse) -> [String] {
        response.text.matches(of: /\{"id":"(\d+)"/).map { String($0.1) }
    }

    private func all(in simulation: Simulation, limit: Int) -> [String] {
        var found: [String] = []
        var after = ""
        for _ in 0...10_000 / limit {
            let response = simulation.get(
                "/me/accounts?fields=id&limit=\(limit)&after=\(after)", token: "EAAFAKEshort0001")
            found += ids(response)
            guard response.has(#""next""#),
                let cursor = response.text.firstMatch(of: /"after":"([^"]+)"/)
            else { return found }
            after = String(cursor.1)
        }
        return found
    }
}
