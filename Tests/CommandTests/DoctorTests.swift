import Graph
import GraphSimulator
import HTTP
import Testing

@testable import Console
@testable import tokenvault_main

/// What `doctor` says of Graph; the rest depends on the machine.
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
        let isWell = findings.allSatisfy { $0["ok"] as? Bool == true }
        #expect(ending.status == (isWell ? .done : .expiring))
        return try #require(findings.first { $0["subject"] as? String == subject })
    }

    /// Answers of the simulation with other headers.
    private func answering(_ headers: [String: String]) {
        let world = world
        world.allow(
            .intercepted { request throws(GraphError) in
                let answer = try world.simulated(request)
                let kept = answer.headers.filter { headers[$0.name] == nil }
                return HTTPResponse(
                    status: answer.status,
                    headers: kept + headers.map { ($0.key, $0.value) }, body: answer.body)
            })
    }

    @Test func `Graph that can be reached, its version and the clock are well`() async throws {
        for subject in [
            "reaching graph.facebook.com", "the Graph API version", "this machine's clock",
        ] {
            let found = try await finding(subject)
            #expect(found["ok"] as? Bool == true)
        }
    }

    @Test func `Graph that cannot be reached is told`() async throws {
        world.allow(.intercepted { _ throws(GraphError) in throw .unreachable(.unknownHost) })
        let found = try await finding("reaching graph.facebook.com")
        #expect(found["ok"] as? Bool == false)
        #expect((found["problem"] as? String)?.contains("unknown host name") == true)
        #expect(found["remedy"] as? String == "curl --verbose https://graph.facebook.com/")
    }

    @Test func `a remedy is for the vault that was named`() async throws {
        let path = "\(world.directory)/no vault"
        let found = try await finding("the vault \(path)", "--offline", "--vault", path)
        #expect(found["remedy"] as? String == "tokenvault init --vault '\(path)'")
    }

    @Test func `a path that begins with a dash is not an option of the remedy`() async throws {
        let found = try await finding("the vault -x", "--offline", "--vault=-x")
        #expect(found["remedy"] as? String == "tokenvault init --vault ./-x")
    }

    @Test func `offline nobody is asked`() async throws {
        world.allow(.forbidden)
        let ending = await world.run("doctor", "--json", "--offline")
        #expect(!ending.output.contains("reaching"))
    }

    @Test func `a version that another answers for is told`() async throws {
        answering(["facebook-api-version": "v27.0"])
        let found = try await finding("the Graph API version")
        #expect(found["ok"] as? Bool == false)
        #expect(found["problem"] as? String == "v26.0 is retired; Meta answers with v27.0 instead")
        #expect(found["remedy"] as? String == "export TOKENVAULT_GRAPH_VERSION=v26.0")
    }

    @Test func `a clock that is off is told, by how much and which way`() async throws {
        answering(["date": "Fri, 20 Nov 2026 16:15:02 GMT"])
        let ahead = try await finding("this machine's clock")
        #expect(ahead["ok"] as? Bool == false)
        #expect(ahead["problem"] as? String == "it is 2 hours ahead of Meta's")
        #expect(ahead["remedy"] as? String == "timedatectl set-ntp true")
        answering(["date": "Fri, 20 Nov 2026 18:25:02 GMT"])
        let behind = try await finding("this machine's clock")
        #expect(behind["problem"] as? String == "it is 10 minutes behind Meta's")
        // Within a minute it is the network's.
        answering(["date": "Fri, 20 Nov 2026 18:15:52 GMT"])
        let near = try await finding("this machine's clock")
        #expect(near["ok"] as? Bool == true)
    }
}
