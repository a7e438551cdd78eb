import Testing
import Vault

@testable import Console
@testable import tokenvault_main

/// `list --tree`, which shows entries under those they came from.
@Suite struct TreeTests {
    let world: TestWorld

    init() throws {
        world = try TestWorld()
        try world.store("app:17", "FAKE")
        try world.store("app:17~previous", "FAKE")
        try world.store("client:17", "FAKE")
        try world.store("user:9", "FAKE") { $0.app = Reference(text: "app:17") }
        for page in ["page:1", "page:2"] {
            try world.store(page, "FAKE") { metadata in
                metadata.app = Reference(text: "app:17")
                metadata.user = Reference(text: "user:9")
            }
        }
    }

    @Test func `tokens are under their app, and pages under their user`() async {
        let output = await world.run("list", "--tree").output
        let drawn = output.split(separator: "\n").dropFirst().map { line in
            String(line.split(separator: "  ").first { $0.contains(":") } ?? "")
        }
        #expect(
            drawn == [
                "app:17", "├─ app:17~previous", "├─ client:17", "└─ user:9", " ├─ page:1",
                " └─ page:2",
            ])
        #expect(output.contains("\n   ├─ page:1"))
        #expect(output.contains("\n   └─ page:2"))
    }

    @Test func `entries whose origin is not stored are at the root, and none is lost`() async throws
    {
        try world.store("page:3", "FAKE") { $0.user = Reference(text: "user:777") }
        try world.store("user:8", "FAKE") { $0.app = Reference(text: "user:8") }
        try world.store("page:4", "FAKE") { $0.user = Reference(text: "page:4") }
        try world.store("group:5", "FAKE") { $0.user = Reference(text: "user:9") }
        let lines = await world.run("list", "--tree").output.split(separator: "\n")
        #expect(lines.count == 1 + 10)
        for root in ["page:3", "page:4", "user:8"] {
            #expect(lines.contains { $0.hasPrefix(root) }, "\(root)")
        }
        #expect(lines.contains { $0.hasPrefix("   ├─ group:5") })
    }

    @Test func `with --kind the tree is flat`() async {
        let lines = await world.run("list", "--tree", "--kind", "page").output
            .split(separator: "\n")
        #expect(lines.dropFirst().map { $0.hasPrefix("page:") } == [true, true])
    }

    @Test func `--tree cannot be combined with --json`() async {
        #expect(await world.run("list", "--tree", "--json").status == .usage)
    }
}
