import Foundation
import Testing
import Vault

@testable import Console
@testable import tokenvault_main

@Suite struct ListAndShowTests {
    /// The keys of an entry (tokenvault-scripting(7), "Entry").
    static let keys: Set<String> = [
        "ref", "kind", "id", "name", "status", "expires_at", "data_access_expires_at", "app",
        "user", "scopes", "tasks", "category", "instagram_id", "instagram_username",
        "added_at", "changed_at", "checked_at",
    ]

    let world: TestWorld

    init() throws {
        world = try TestWorld()
    }

    @Test func `the JSON of an entry has every key, with null for what is unknown`() async throws {
        try world.store("app:17", "FAKEsecret") { metadata in
            metadata.addedAt = nil
            metadata.changedAt = nil
        }
        for object in [
            try #require(try await world.run("list", "--json").objects().first),
            try await world.run("show", "app:17", "--json").object(),
        ] {
            #expect(Set(object.keys) == Self.keys)
            #expect(object["ref"] as? String == "app:17")
            #expect(object["kind"] as? String == "app")
            #expect(object["id"] as? String == "17")
            #expect(object["status"] as? String == "ok")
            for key in Self.keys.subtracting(["ref", "kind", "id", "status"]) {
                #expect(object[key] is NSNull, "\(key)")
            }
        }
    }

    @Test func `everything that is known is in the JSON`() async throws {
        try world.store("page:1", "EAAFAKEpage1") { metadata in
            metadata.name = "Fake \"Café\" \u{1F950}/"
            metadata.app = Reference(text: "app:17")
            metadata.user = Reference(text: "user:9")
            metadata.scopes = ["pages_show_list"]
            metadata.tasks = ["MANAGE", "ANALYZE"]
            metadata.category = "Bakery"
            metadata.instagramID = "17841400000000001"
            metadata.instagramUsername = "fake.cafe"
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(Timestamp(1_803_024_000))
            metadata.checkedAt = Timestamp(1_795_198_502)
        }
        let object = try await world.run("show", "page:1", "--json").object()
        #expect(object["name"] as? String == "Fake \"Café\" \u{1F950}/")
        #expect(object["app"] as? String == "app:17")
        #expect(object["user"] as? String == "user:9")
        #expect(object["scopes"] as? [String] == ["pages_show_list"])
        #expect(object["tasks"] as? [String] == ["MANAGE", "ANALYZE"])
        #expect(object["category"] as? String == "Bakery")
        #expect(object["instagram_id"] as? String == "17841400000000001")
        #expect(object["instagram_username"] as? String == "fake.cafe")
        #expect(object["expires_at"] as? String == "never")
        #expect(object["data_access_expires_at"] as? String == "2027-02-19T08:00:00Z")
        #expect(object["added_at"] as? String == "2026-11-20T18:15:02Z")
        #expect(object["checked_at"] as? String == "2026-11-20T18:15:02Z")
    }

    @Test func `each entry has its status`() async throws {
        try world.store("app:1", "FAKE")
        try world.store("user:1", "FAKE") { $0.expiresAt = .never }
        try world.store("user:2", "FAKE") {
            $0.expiresAt = .at(TestWorld.startTime + 14 * 86_400 + 1)
        }
        try world.store("user:3", "FAKE") { $0.expiresAt = .at(TestWorld.startTime + 14 * 86_400) }
        try world.store("user:4", "FAKE") { $0.expiresAt = .at(TestWorld.startTime) }
        try world.store("user:5", "FAKE")
        try world.store("user:6", "FAKE") { metadata in
            metadata.validity = .invalid(reason: nil)
            metadata.expiresAt = .never
        }
        try world.store("user:7", "FAKE") { metadata in
            metadata.expiresAt = .never
            metadata.dataAccessExpiresAt = .at(TestWorld.startTime + -1)
        }
        let objects = try await world.run("list", "--json").objects()
        #expect(
            objects.map { $0["status"] as? String } == [
                "ok", "ok", "ok", "expiring", "expired", "unknown", "invalid", "expired",
            ])
    }

    @Test func `--kind filters the list`() async throws {
        for reference in ["app:1", "page:1", "page:2", "user:1"] {
            try world.store(reference, "FAKE")
        }
        let pages = try await world.run("list", "--kind", "page", "--json").objects()
        #expect(pages.map { $0["ref"] as? String } == ["page:1", "page:2"])
        #expect(try await world.run("list", "--kind", "client", "--json").objects().isEmpty)
        #expect(await world.run("list", "--kind", "token").status == .usage)
    }

    @Test func `an empty vault prints a note, and an empty array with --json`() async throws {
        let ending = await world.run("list")
        #expect(ending.status == .done)
        #expect(ending.output == "")
        #expect(ending.notes == "tokenvault: no entries\n")
        #expect(try await world.run("list", "--json").objects().isEmpty)
    }

    @Test func `the table shows entries, with control characters replaced`() async throws {
        try world.store("page:1", "EAAFAKEpage1") { metadata in
            metadata.name = "Fake \u{1B}[31mRed\n\u{202E}Page"
            metadata.expiresAt = .never
        }
        let lines = await world.run("list").output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("ENTRY") == true)
        #expect(lines.last?.contains("Fake \u{FFFD}[31mRed\u{FFFD}\u{FFFD}Page") == true)
    }

    @Test(arguments: [20, 40, 60, 80])
    func `the table fits the terminal`(columns: Int) async throws {
        for number in 1...3 {
            try world.store("page:102000000000000\(number)", "EAAFAKE") { metadata in
                metadata.name = String(repeating: "日本語 ", count: 20)
                metadata.category = "Community organization of a very long kind"
                metadata.tasks = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT"]
                metadata.expiresAt = .at(TestWorld.startTime + 90 * 86_400)
            }
        }
        world.setColumns(columns)
        let lines = await world.run("list").output.split(separator: "\n")
        #expect(lines.count == 4)
        for line in lines { #expect(DisplayText.columns(of: String(line)) <= columns) }
        #expect(lines.last?.contains("…") == true)
    }

    @Test func `two copies of a secret have the same fingerprint, which is not part of it`()
        async throws
    {
        try world.store("user:1", "EAAFAKE1")
        try world.store("user:2", "EAAFAKE1")
        try world.store("user:3", "EAAFAKE2")
        var found: [String?] = []
        for number in 1...3 {
            found.append(
                await world.run("show", "user:\(number)").output.split(separator: "\n")
                    .first { $0.contains("fingerprint") }.map { String($0.suffix(8)) })
        }
        #expect(found[0]?.wholeMatch(of: /[0-9a-f]{8}/) != nil)
        #expect(found[0] == found[1])
        #expect(found[0] != found[2])
    }
}
