import Sodium
import Testing
import Vault

/// Reading several entries at once.
@Suite struct RecordSelectionTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Returns a vault with some apps, and so many pages with secrets of that size.
    private func vault(pages: Int, secretSize: Int) throws -> UnlockedVault {
        let vault = try UnlockedVault(newIn: directory)
        let text = String(repeating: "x", count: secretSize)
        var entries = (1...pages).map { ("page:\($0 * 2)", "\($0)-\(text)") }
        entries += [
            ("app:1", "FAKEapp"), ("app:1~previous", "FAKEold"), ("client:1", "FAKEclient"),
            ("instagram:5", "FAKEtoken"), ("instagram-app:5", "FAKEinstagram"),
            ("threads-app:6", "FAKEthreads"), ("user:9", "FAKEuser"),
        ]
        try vault.put(entries)
        return vault
    }

    private func text(_ record: borrowing Record) -> String {
        record.withSecret { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    /// From one chunk to some hundred, with lines shorter and longer than a chunk.
    private static let shapes = [(10, 20), (200, 200), (3_000, 500), (60, 40_000)]

    @Test(arguments: shapes)
    func `selected entries are those that single searches find`(
        pages: Int, secretSize: Int
    ) throws {
        let vault = try vault(pages: pages, secretSize: secretSize)
        var dice = SystemRandomNumberGenerator()
        try vault.read { reader in
            for count in [0, 1, 2, 5, 100] {
                // About half of them do not exist.
                var wanted = (0..<count).compactMap { _ in
                    Reference(text: "page:\(Int.random(in: 1...2 * pages + 2, using: &dice))")
                }
                wanted += ["app:1", "user:9", "user:99", "app:1"].compactMap(Reference.init(text:))
                var expected: [String] = []
                for reference in Set(wanted).sorted() {
                    do {
                        try reader.withRecord(reference) { record in
                            expected.append("\(record.reference)=\(text(record))")
                        }
                    } catch VaultError.noEntry {}
                }
                var found: [String] = []
                try reader.forEachRecord(named: wanted.shuffled()) { record in
                    found.append("\(record.reference)=\(text(record))")
                }
                #expect(found == expected)
            }
        }
    }

    @Test(arguments: shapes)
    func `entries of kinds are those kinds' and no others`(pages: Int, secretSize: Int) throws {
        let vault = try vault(pages: pages, secretSize: secretSize)
        let kinds: [Reference.Kind] = [.threadsApp, .app, .instagramApp]
        var found: [String] = []
        try vault.read { reader in
            try reader.forEachRecord(of: kinds) { record in
                found.append("\(record.reference)=\(text(record))")
            }
            #expect(
                found == [
                    "app:1=FAKEapp", "app:1~previous=FAKEold", "instagram-app:5=FAKEinstagram",
                    "threads-app:6=FAKEthreads",
                ])
            var count = 0
            try reader.forEachRecord(of: [.page, .system]) { record in
                #expect(record.reference.kind == .page)
                count += 1
            }
            #expect(count == pages)
            try reader.forEachRecord(of: [.system]) { _ in Issue.record("there is none") }
        }
    }
}
