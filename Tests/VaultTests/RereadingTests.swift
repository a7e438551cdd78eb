import Foundation
import Sodium
import Testing

@testable import Vault

/// Commands that print all entries read them twice: once to authenticate everything, and once to
/// print it.
@Suite struct RereadingTests {
    private let directory: TemporaryDirectory
    private let vault: UnlockedVault
    /// About 300 KB in 19 chunks, so that many records continue in the next chunk.
    private let references = (0..<150).map { "page:\(1_000 + $0)" }

    init() throws {
        directory = try TemporaryDirectory()
        vault = try UnlockedVault(newIn: directory)
        try vault.put(references.map { ($0, $0 + String(repeating: "x", count: 2_000)) })
    }

    private func positions(in reader: borrowing VaultReader) throws -> [PayloadPosition] {
        var positions: [PayloadPosition] = []
        try reader.forEachRecord { positions.append($0.position) }
        return positions
    }

    private func read(
        _ positions: [PayloadPosition], in reader: borrowing VaultReader
    ) throws -> [String] {
        var read: [String] = []
        try reader.forEachRecord(at: positions) { record in
            let secret = record.withSecret { String(decoding: Array(copying: $0), as: UTF8.self) }
            #expect(secret.hasPrefix("\(record.reference)x") && secret.utf8.count > 2_000)
            read.append(record.reference.description)
        }
        return read
    }

    @Test func `records are found again at their positions, in any order`() throws {
        try vault.read { reader in
            let positions = try positions(in: reader)
            #expect(positions == positions.sorted())
            #expect(try read(positions, in: reader) == references)
            #expect(try read(positions.reversed(), in: reader) == references.reversed())
            let shuffled = references.indices.shuffled()
            #expect(
                try read(shuffled.map { positions[$0] }, in: reader)
                    == shuffled.map { references[$0] })
            #expect(try read([], in: reader).isEmpty)
        }
    }

    @Test func `a save in between does not change what is read`() throws {
        try vault.read { reader in
            let positions = try positions(in: reader)
            try vault.put([("app:1", "FAKE"), ("page:1000", "FAKEother")])
            #expect(try read(positions, in: reader) == references)
        }
    }

    @Test func `what was altered in the file in between is damage`() throws {
        try vault.read { reader in
            let positions = try positions(in: reader)
            let file = try FileHandle(forUpdating: URL(filePath: vault.path))
            try file.seek(toOffset: 100_000)
            let byte = try #require(try file.read(upToCount: 1)?.first)
            try file.seek(toOffset: 100_000)
            try file.write(contentsOf: Data([byte ^ 1]))
            #expect(throws: VaultError.self) { try read(positions, in: reader) }
            #expect(try read(Array(positions.prefix(10)), in: reader).count == 10)
        }
    }
}
