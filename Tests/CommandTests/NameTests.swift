import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `kind:<name>` instead of a reference.
@Suite struct NameTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        for (reference, name) in [
            ("page:1", "Fake Café"), ("page:2", "Twins"), ("page:3", "TWINS"), ("page:5", "4"),
            ("user:9", "Fake Café"), ("page:6", "page:1"), ("page:7", "Straße ÄÖ"),
        ] {
            try world.store(reference, "EAAFAKE\(reference.filter { $0 != ":" })") { metadata in
                metadata.name = name
                metadata.expiresAt = .never
            }
        }
        try world.store("page:1~previous", "EAAFAKEold") { $0.name = "Fake Café" }
    }

    @Test(arguments: [
        ("page:Fake Café", "EAAFAKEpage1"), ("page:FAKE CAFÉ", "EAAFAKEpage1"),
        ("page:fake cafe\u{301}", "EAAFAKEpage1"), ("user:fake café", "EAAFAKEuser9"),
        ("page:page:1", "EAAFAKEpage6"), ("page:STRAßE äö", "EAAFAKEpage7"),
    ])
    func `names are matched regardless of case`(reference: String, token: String) async {
        let ending = await world.run("get", reference)
        #expect(ending.status == .done)
        #expect(ending.output == "\(token)\n")
    }

    @Test(arguments: [
        ["get", "page:twins"], ["show", "page:Twins"], ["remove", "page:TWINS"],
        ["check", "page:Twins"],
    ])
    func `an ambiguous name is refused`(arguments: [String]) async throws {
        let ending = await world.run(arguments)
        #expect(ending.status == .usage)
        #expect(ending.output == "")
        #expect(ending.failure?.message.text.contains("page:2, page:3") == true)
        #expect(try world.references().count == 8)
    }

    @Test(arguments: [
        ["get", "page:Nobody"], ["show", "user:Twins"], ["remove", "page:Nobody"],
        ["check", "page:Nobody"], ["get", "client:Twins"],
    ])
    func `an unknown name is reported as missing`(arguments: [String]) async {
        let ending = await world.run(arguments)
        #expect(ending.status == .missing)
        #expect(ending.failure?.message.text.contains("Nobody") == false)
    }

    @Test func `digits are always an ID`() async {
        #expect(await world.run("get", "page:4").status == .missing)
        #expect(await world.run("get", "page:5").output == "EAAFAKEpage5\n")
    }

    @Test func `an unknown kind has no names`() async {
        #expect(await world.run("get", "group:Twins").status == .usage)
    }
}
