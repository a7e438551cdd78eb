import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct RemoveTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        for reference in ["app:1", "page:1", "page:2", "user:9"] {
            try world.store(reference, "FAKE") { $0.name = "Name of \(reference)" }
        }
        world.pipe("")
    }

    @Test func `entries are removed by reference or by name`() async throws {
        let ending = await world.run("remove", "page:1", "app:name of APP:1", "page:1")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(try world.references() == ["page:2", "user:9"])
    }

    @Test func `either all entries are removed or none`() async throws {
        let ending = await world.run("remove", "page:1", "page:3", "page:2")
        #expect(ending.status == .missing)
        #expect(try world.references() == ["app:1", "page:1", "page:2", "user:9"])
        #expect(await world.run("remove", "page:1", "no reference").status == .usage)
        #expect(try world.references().count == 4)
    }

    @Test func `--json lists what was removed`() async throws {
        let object = try await world.run("remove", "page:2", "app:1", "--json").object()
        #expect(object["removed"] as? [String] == ["app:1", "page:2"])
    }

    @Test func `naming no entry is a usage error`() async {
        #expect(await world.run("remove").status == .usage)
    }

    @Test(arguments: ["y", "Y", "yes"])
    func `on a terminal, entries are removed after a yes`(answer: String) async throws {
        world.type(answer)
        #expect(await world.run("remove", "page:1", "page:2").status == .done)
        #expect(world.questions == ["Remove page:1, page:2? [y/N] "])
        #expect(try world.references() == ["app:1", "user:9"])
    }

    @Test(arguments: ["", "n", "no", "x", "yesterday"])
    func `any other answer removes nothing`(answer: String) async throws {
        world.type(answer)
        let ending = await world.run("remove", "page:1")
        #expect(ending.status == .interrupted)
        #expect(ending.failure?.message == "nothing was removed")
        #expect(try world.references().count == 4)
    }

    @Test(arguments: ["--force", "-f", "--no-input"])
    func `--force and --no-input skip the confirmation`(option: String) async throws {
        world.type()
        #expect(await world.run("remove", "page:1", option).status == .done)
        #expect(world.questions == [])
        #expect(try world.references().count == 3)
    }

    @Test func `a missing entry is reported before the confirmation`() async {
        world.type()
        #expect(await world.run("remove", "page:1", "page:3").status == .missing)
        #expect(world.questions == [])
    }

    @Test func `entries that depend on the removed one are named first`() async throws {
        try world.store("app:1~previous", "FAKE")
        for page in ["page:11", "page:12", "page:13", "page:14"] {
            try world.store(page, "FAKE") { metadata in
                metadata.app = Reference(text: "app:1")
                metadata.user = Reference(text: "user:9")
            }
        }
        world.type("n")
        _ = await world.run("remove", "app:1")
        let dependents = "app:1~previous, page:11, page:12 and 2 more depend on app:1"
        #expect(world.questions == ["\(dependents). Remove app:1 anyway? [y/N] "])
        world.pipe("")
        let ending = await world.run("remove", "user:9", "page:11", "page:12", "page:13", "-q")
        #expect(
            ending.notes
                == "tokenvault: warning: page:14 depends on page:11, page:12, page:13, user:9\n")
        #expect(ending.status == .done)
        #expect(await world.run("remove", "page:14").notes == "tokenvault: removed page:14\n")
    }
}
