import GraphSimulator
import Testing

struct ProofTests {
    @Test func `proofs match the published test vectors`() {
        #expect(
            AppSecretProof.proof(of: "long_token", secret: "foo_secret")
                == "7e91300ea91be4166282611d4fc700b473466f3ea2981dafbf492fc096995bf1")
        #expect(
            AppSecretProof.proof(of: "long_token|1700000000", secret: "foo_secret")
                == "a38f626c5e9ef768a3b8e9faaf828ef59d505fa7baa35c5d94b4b00921d64a17")
    }

    @Test func `a secret longer than a block is hashed first`() {
        // The digest was computed with OpenSSL.
        let key = String(repeating: "a", count: 131)
        #expect(
            AppSecretProof.proof(of: String(repeating: "b", count: 200), secret: key)
                == "293b33b7177f523891f94c388314ec47dd55e87c101486b2e581d86c2b6511dc")
    }

    @Test func `a wrong proof is an error even if none is required`() throws {
        let simulation = try Simulation.atRest()
        let right = AppSecretProof.proof(of: "EAAFAKEshort0001", secret: "FAKEsecret0001")
        #expect(
            simulation.get("/me?appsecret_proof=\(right)", token: "EAAFAKEshort0001").status == 200)
        let response = simulation.get("/me?appsecret_proof=00", token: "EAAFAKEshort0001")
        #expect(
            response.text == #"{"error":{"message":"Invalid appsecret_proof provided in the API "#
                + #"argument","type":"GraphMethodException","code":100,"#
                + #""fbtrace_id":"AFAKEtrace0000000000002"}}"#)
        #expect(response.header("WWW-Authenticate")?.contains("invalid_request") == true)
    }

    @Test func `an app can require proofs, except for its own token`() throws {
        let simulation = try Simulation.atRest()
        try simulation.merge(state: #"{"apps":[{"id":"\#(app)","require_proof":true}]}"#)
        #expect(
            simulation.get("/me", token: "EAAFAKEshort0001").text
                == #"{"error":{"message":"API calls from the server require an appsecret_proof "#
                + #"argument","type":"GraphMethodException","code":100,"#
                + #""fbtrace_id":"AFAKEtrace0000000000001"}}"#)
        #expect(simulation.debug("EAAFAKEshort0001").status == 200)
        #expect(simulation.exchange("EAAFAKEshort0001").status == 200)
    }

    @Test func `a timed proof is valid for five minutes`() throws {
        let simulation = try Simulation.atRest()
        let proof = AppSecretProof.proof(
            of: "EAAFAKEshort0001|\(morning)", secret: "FAKEsecret0001")
        let target = "/me?appsecret_proof=\(proof)&appsecret_time=\(morning)"
        simulation.advance(by: 300)
        #expect(simulation.get(target, token: "EAAFAKEshort0001").status == 200)
        simulation.advance(by: 1)
        #expect(simulation.get(target, token: "EAAFAKEshort0001").has("Invalid appsecret_proof"))
    }

    @Test func `proofs with the old secret fail after a reset`() throws {
        let simulation = try Simulation.atRest()
        simulation.setSecret("FAKEsecret0003", ofApp: app)
        let old = AppSecretProof.proof(of: "EAAFAKEshort0001", secret: "FAKEsecret0001")
        #expect(
            simulation.get("/me?appsecret_proof=\(old)", token: "EAAFAKEshort0001").status == 400)
    }
}
