import Platform
import Sodium

@testable import Vault

/// Seals generated plaintext in a vault, as someone with the data key could, and reads it.
enum SealedPayload {
    private static let dataKey = SharedSecret(
        Secret(copying: [UInt8](repeating: 7, count: 32).span))

    private static let path: String = {
        guard let directory = Environment.variables()["FUZZ_DIRECTORY"] else {
            fatalError("FUZZ_DIRECTORY must name a directory")
        }
        return "\(directory)/vault"
    }()

    private static let header = Header(
        vaultID: [UInt8](repeating: 1, count: 16), epoch: 1,
        publicKey: [UInt8](repeating: 2, count: 32), generation: 1,
        passphraseSlot: Header.PassphraseSlot(
            cost: PassphraseKey.Cost(opslimit: 1, memlimitKiB: 65_536),
            salt: [UInt8](repeating: 3, count: 16), wrapped: [UInt8](repeating: 4, count: 80)),
        machineSlots: [])

    static func check(_ input: [UInt8]) {
        // A byte that no record contains stands for more than half a chunk, so that short inputs
        // span chunks.
        let plaintext = input.flatMap {
            $0 == 1 ? [UInt8](repeating: UInt8(ascii: "x"), count: 9_000) : [$0]
        }
        do {
            try write(plaintext)
            let reader = try VaultFile(path: path).unlock(with: .dataKey(dataKey))
            // Whatever the content is, a search for one entry ends.
            if let page = Reference(text: "page:1") {
                _ = try? reader.withRecord(page) { _ in }
            }
            check(reader, holds: plaintext)
        } catch {
            fatalError("the vault cannot be written or opened: \(error)")
        }
    }

    private static func write(_ plaintext: [UInt8]) throws {
        var writer = try dataKey.withSecret { dataKey in
            try PayloadWriter(path: path, header: header, dataKey: dataKey)
        }
        try writer.append(plaintext.span)
        try writer.finish().commitContent()
    }

    private static func check(_ reader: borrowing VaultReader, holds plaintext: [UInt8]) {
        var again: [UInt8] = []
        var references: [Reference] = []
        do {
            try reader.forEachRecord { record in
                record.withLine { line in again += line.indices.map { line[$0] } }
                again.append(Record.newline)
                references.append(record.reference)
            }
        } catch VaultError.damaged {
            return
        } catch {
            fatalError("an error other than damage: \(error)")
        }
        precondition(again == plaintext)
        for reference in references {
            let found = try? reader.withRecord(reference) { $0.reference == reference }
            precondition(found == true)
        }
    }
}
