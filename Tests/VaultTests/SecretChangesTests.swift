import Testing

@testable import Vault

/// What saves note about changed secrets.
@Suite struct SecretChangesTests {
    private let directory: TemporaryDirectory
    private let changes = SecretChanges()
    private let vault: UnlockedVault

    init() throws {
        directory = try TemporaryDirectory()
        let earlier = try UnlockedVault(newIn: directory)
        try earlier.put([("app:1", "FAKE1"), ("page:1", "FAKE2"), ("user:1", "FAKE3")])
        vault = try UnlockedVault(
            path: earlier.path, key: .dataKey(earlier.dataKey), noting: changes)
    }

    private struct Refusal: Error {}

    private func save(
        _ text: String, _ action: @escaping (Metadata?) throws -> EntryChange.Action
    ) throws {
        let reference = try #require(Reference(text: text))
        try vault.change { _ in [EntryChange(reference, action)] }
    }

    private func store(
        _ text: String, _ value: String, expiry: Expiry = .unknown, name: String? = nil
    ) throws {
        try save(text) { old in
            var metadata = old ?? Metadata()
            metadata.expiresAt = expiry
            metadata.name = name ?? metadata.name
            return .store(secret(value), metadata)
        }
    }

    /// The changes as `reference name before after`.
    private var noted: [String] {
        changes.all.map { change in
            [
                change.reference.description, change.name ?? "-",
                change.expiryBefore.text ?? "?", change.expiry.text ?? "?",
            ].joined(separator: " ")
        }
    }

    @Test func `a new secret, a new expiry and a new entry are changes`() throws {
        #expect(noted == [])
        try store("page:2", "FAKE4", expiry: .never, name: "Fake Page")
        try store("app:1", "FAKEother")
        try store("user:1", "FAKE3", expiry: .never)
        #expect(noted == ["app:1 - ? ?", "page:2 Fake Page ? never", "user:1 - ? never"])
    }

    @Test func `the same secret with the same expiry is not a change`() throws {
        try store("app:1", "FAKE1", name: "Fake App")
        try save("page:1") { old in
            var metadata = try #require(old)
            metadata.scopes = ["fake"]
            return .describe(metadata)
        }
        try save("user:1") { _ in .keep }
        #expect(noted == [])
    }

    @Test func `only the difference between the first save and the last one counts`() throws {
        try store("page:1", "FAKEother", expiry: .at(Timestamp(1)))
        try save("page:1") { old in
            var metadata = try #require(old)
            metadata.expiresAt = .never
            metadata.name = "Fake Page"
            return .describe(metadata)
        }
        try store("app:1", "FAKEother")
        try store("app:1", "FAKE1")
        #expect(noted == ["page:1 Fake Page ? never"])
    }

    @Test func `an entry that was removed, or that came and went, is not a change`() throws {
        try store("pending:5", "FAKE5")
        #expect(noted == ["pending:5 - ? ?"])
        try save("pending:5") { _ in .remove }
        try save("page:1") { _ in .remove }
        #expect(noted == [])
        try store("page:1", "FAKEother")
        #expect(noted == ["page:1 - ? ?"])
    }

    @Test func `a save that fails changes nothing`() throws {
        let reference = try #require(Reference(text: "app:1"))
        let other = try #require(Reference(text: "page:9"))
        #expect(throws: Refusal.self) {
            try vault.change { _ in
                [
                    EntryChange(reference) { _ in .store(secret("FAKEother"), Metadata()) },
                    EntryChange(other) { _ in throw Refusal() },
                ]
            }
        }
        #expect(noted == [])
    }
}
