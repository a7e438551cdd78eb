import Foundation
import Platform
import Sodium
import Vault

/// A temporary directory for one test, removed with this object.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let name = randomBytes(8).map { String($0, radix: 16) }.joined()
        path = "/tmp/tokenvault-tests-\(name)"
        try Directory.create(path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

func secret(_ text: String) -> SharedSecret {
    SharedSecret(Secret(copying: Array(text.utf8).span))
}

/// The lowest cost that the format allows, so that tests are fast.
let cheap = PassphraseKey.Cost(opslimit: 1, memlimitKiB: 65_536)

extension UnlockedVault {
    /// Creates a new vault in `directory` with the passphrase "FAKE passphrase".
    init(newIn directory: TemporaryDirectory) throws {
        let path = "\(directory.path)/vault"
        try VaultCreation.create(path: path, passphrase: secret("FAKE passphrase"), cost: cheap)
        try self.init(path: path, key: .passphrase(secret("FAKE passphrase")))
    }

    /// Returns every entry as `reference=secret`.
    func everything() throws -> [String] {
        try read { reader in
            var all: [String] = []
            try reader.forEachRecord { record in
                let text = record.withSecret { bytes in
                    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
                }
                all.append("\(record.reference)=\(text)")
            }
            return all
        }
    }

    func put(_ entries: [(String, String)]) throws {
        try change { _ in
            entries.compactMap { entry in
                Reference(text: entry.0).map { reference in
                    EntryChange(reference) { .store(secret(entry.1), $0 ?? Metadata()) }
                }
            }
        }
    }
}
