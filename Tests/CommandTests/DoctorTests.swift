import Graph
import GraphSimulator
import HTTP
import Testing

@testable import Console
@testable import tokenvault_main

/// What `doctor` reports about the Graph API.
///
/// The rest depends on the machine; DurabilityTests tests it.
@Suite struct DoctorTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        world.allow(.simulation)
    }

    private func finding(_ subject: String, _ options: String...) async throws -> [String: Any] {
        let ending = await world.run(["doctor", "--json"] + options)
        let findings = try ending.objects()
        #expect(ending.failure == nil)
        let allPass = findings.allSatisfy { $0["ok"] as? Bool == true }
        #expect(ending.status == (allPass ? .done : .expiring))
        return try #require(findings.first { $0["subject"] as? String == subject })
    }

    /// Lets the simulation respond with these headers in place of its own.
    private func respond(with headers: [String: String]) {
        let world = world
        world.allow(
            .intercepted { request throws(GraphError) in
                let response = try world.simulated(request)
                let kept = response.headers.filter { headers[$0.name] == nil }
                return HTTPResponse(
                    status: response.status,
                    headers: kept + headers.map { ($0.key, $0.value) }, body: response.body)
            })
    }

    @Test func `a reachable Graph API, its version and the clock pass`() async throws {
        for subject in [
            "reaching graph.facebook.com", "the Graph API version", "this machine's clock",
        ] {
            let found = try await finding(subject)
            #expect(found["ok"] as? Bool == true)
        }
    }

    @Test func `an unreachable Graph API is reported`() async throws {
        world.allow(.intercepted { _ throws(GraphError) in throw .unreachable(.unknownHost) })
        let found = try await finding("reaching graph.facebook.com")
        #expect(found["ok"] as? Bool == false)
        #expect((found["problem"] as? String)?.contains("unknown host name") == true)
        #expect(found["remedy"] as? String == "curl --verbose https://graph.facebook.com/")
    }

    @Test func `a remedy is for the vault given by --vault`() async throws {
        let path = "\(world.directory)/no vault"
        let found = try await finding("the vault \(path)", "--offline", "--vault", path)
        #expect(found["remedy"] as? String == "tokenvault init --vault '\(path)'")
    }

    @Test func `a path that begins with a dash does not become an option of the remedy`()
        async throws
    {
        let found = try await finding("the vault -x", "--offline", "--vault=-x")
        #expect(found["remedy"] as? String == "tokenvault init --vault ./-x")
    }

    @Test func `--offline sends no requests`() async throws {
        world.allow(.forbidden)
        let ending = await world.run("doctor", "--json", "--offline")
        #expect(!ending.output.contains("reaching"))
    }

    @Test func `a retired API version is reported`() async throws {
        respond(with: ["facebook-api-version": "v27.0"])
        let found = try await finding("the Graph API version")
        #expect(found["ok"] as? Bool == false)
        #expect(found["problem"] as? String == "v26.0 is retired; Meta answers with v27.0 instead")
        #expect(found["remedy"] as? String == "export TOKENVAULT_GRAPH_VERSION=v27.0")
        let old = try await finding("the Graph API version", "--graph-version", "v21.0")
        #expect(old["remedy"] as? String == "export TOKENVAULT_GRAPH_VERSION=v26.0")
    }

    @Test(arguments: ["nonsense", "v99999.0", "EAAFAKE0001", "v25.0; reboot"])
    func `a header that names no version is ignored`(_ header: String) async throws {
        respond(with: ["facebook-api-version": header])
        #expect(try await finding("the Graph API version")["ok"] as? Bool == true)
    }

    @Test func `a version that ends within 90 days or has ended is a warning, and no problem`()
        async throws
    {
        let subject = "the end of the Graph API version"
        let v21 = try await finding(subject, "--offline", "--graph-version", "v21.0")
        #expect(v21["ok"] as? Bool == true && v21["problem"] as? String == "")
        #expect(
            (v21["warning"] as? String)?.hasPrefix(
                "v21.0 of the Graph API ends on 2027-01-21, in 61 days ") == true)
        #expect(v21["remedy"] as? String == "export TOKENVAULT_GRAPH_VERSION=v26.0")
        let marketing = try await finding(
            "the end of the Marketing API version", "--offline", "--graph-version", "v24.0")
        #expect((marketing["warning"] as? String)?.contains(" ended on 2026-10-06, ") == true)
        let v22 = try await finding(subject, "--offline", "--graph-version", "v22.0")
        #expect(v22["ok"] as? Bool == true && v22["warning"] == nil)
        for version in ["v26.0", "none"] {
            let ending = await world.run("doctor", "--offline", "--graph-version", version)
            #expect(!ending.output.contains("the end of"))
        }
    }

    @Test func `a warning has its own word in the text`() async throws {
        let ending = await world.run("doctor", "--offline", "--graph-version", "v21.0")
        #expect(
            ending.output.contains(
                "warning  the end of the Graph API version: v21.0 of the Graph API ends on "))
        #expect(
            ending.output.contains("\n         try: export TOKENVAULT_GRAPH_VERSION=v26.0\n"))
    }

    @Test func `doctor reports another version once`() async throws {
        respond(with: ["facebook-api-version": "v27.0"])
        let ending = await world.run("doctor")
        #expect(ending.output.contains("Meta answers with v27.0 instead") && ending.notes == "")
    }

    @Test func `a wrong clock is reported, with the difference and its direction`() async throws {
        respond(with: ["date": "Fri, 20 Nov 2026 16:15:02 GMT"])
        let ahead = try await finding("this machine's clock")
        #expect(ahead["ok"] as? Bool == false)
        #expect(ahead["problem"] as? String == "it is 2 hours ahead of Meta's")
        #expect(ahead["remedy"] as? String == "timedatectl set-ntp true")
        respond(with: ["date": "Fri, 20 Nov 2026 18:25:02 GMT"])
        let behind = try await finding("this machine's clock")
        #expect(behind["problem"] as? String == "it is 10 minutes behind Meta's")
        // Less than a minute can be the network's delay.
        respond(with: ["date": "Fri, 20 Nov 2026 18:15:52 GMT"])
        let near = try await finding("this machine's clock")
        #expect(near["ok"] as? Bool == true)
    }
}
