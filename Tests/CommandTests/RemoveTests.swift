import Testing
import Vault

@testable import tokenvault

@Suite struct RemoveTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        for reference in ["app:1", "page:1", "page:2", "user:9"] {
            try world.store(reference, "FAKE") { $0.name = "Name of \(reference)" }
        }
    }

    @Test func `entries go, named in any way`() async throws {
        let ending = await world.run("remove", "page:1", "app:name of APP:1", "page:1")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(try world.references() == ["page:2", "user:9"])
    }

    @Test func `all or nothing`() async throws {
        let ending = await world.run("remove", "page:1", "page:3", "page:2")
        #expect(ending.status == .missing)
        #expect(try world.references() == ["app:1", "page:1", "page:2", "user:9"])
        #expect(await world.run("remove", "page:1", "no reference").status == .usage)
        #expect(try world.references().count == 4)
    }

    @Test func `as JSON it tells what went`() async throws {
        let object = try await world.run("remove", "page:2", "app:1", "--json").object()
        #expect(object["removed"] as? [String] == ["app:1", "page:2"])
    }

    @Test func `nothing named is wrong usage`() async {
        #expect(await world.run("remove").status == .usage)
    }
}
