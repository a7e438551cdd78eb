import Foundation
import Platform
import Sodium
import Testing
import Vault

/// Any change to a vault is noticed: of each byte in turn, and each truncation.
///
/// The vault is opened with its machine key, which costs nothing. If the change is in the
/// passphrase slot, it is opened with the passphrase too.
@Suite struct MutationTests {
    let directory: TemporaryDirectory
    private let original: [UInt8]
    private let key: MachineKey

    init() throws {
        directory = try TemporaryDirectory()
        original = Array(try Data(contentsOf: Vector.directory.appending(path: "good-key.vault")))
        let path = Vector.directory.appending(path: "alone.key").path()
        guard let file = try File(reading: path).readSecret(limit: MachineKey.fileLimit) else {
            throw VaultError.wrongMachineKey(.malformedKeyFile)
        }
        key = try MachineKey(file: file)
    }

    /// Returns how a reader refuses these bytes, or `nil` if it accepts them.
    private func refusal(of bytes: [UInt8], key: VaultFile.Key) throws -> VaultError? {
        let path = "\(directory.path)/vault"
        try Data(bytes).write(to: URL(filePath: path))
        do {
            try VaultFile(path: path).unlock(with: key).forEachRecord { _ = try $0.metadata() }
            return nil
        } catch let error as VaultError {
            return error
        }
    }

    private func isExpected(_ error: VaultError?) -> Bool {
        switch error {
        case .damaged, .wrongPassphrase, .wrongMachineKey: true
        default: false
        }
    }

    @Test func `the unchanged vault opens`() throws {
        #expect(try refusal(of: original, key: .machineKey(key)) == nil)
        #expect(try refusal(of: original, key: .passphrase(secret("FAKE pass"))) == nil)
    }

    @Test func `a change to any byte is noticed`() throws {
        for index in original.indices {
            for change: UInt8 in [0x01, 0x80, 0xFF] {
                var bytes = original
                bytes[index] ^= change
                let error = try refusal(of: bytes, key: .machineKey(key))
                #expect(
                    isExpected(error), "byte \(index) ^ \(change): \(String(describing: error))")
            }
        }
    }

    @Test func `a change to any bit of the payload or the MAC is noticed`() throws {
        let mac = try #require(original.firstRange(of: Array("\nmac ".utf8))).lowerBound
        for index in mac..<original.count {
            for bit in 0..<8 {
                var bytes = original
                bytes[index] ^= 1 << bit
                let error = try refusal(of: bytes, key: .machineKey(key))
                #expect(isExpected(error), "byte \(index), bit \(bit)")
            }
        }
    }

    @Test func `every truncation is noticed`() throws {
        for count in original.indices {
            let error = try refusal(of: Array(original[..<count]), key: .machineKey(key))
            #expect(isExpected(error), "\(count) bytes: \(String(describing: error))")
        }
    }

    @Test func `any added byte is noticed`() throws {
        for index in original.indices {
            var bytes = original
            bytes.insert(original[index], at: index)
            let error = try refusal(of: bytes, key: .machineKey(key))
            #expect(isExpected(error), "byte \(index) twice")
        }
        for byte: UInt8 in [0, 0x0A, 0xFF] {
            #expect(isExpected(try refusal(of: original + [byte], key: .machineKey(key))))
        }
    }

    @Test func `with the passphrase, a change to its slot or the data bound to it is noticed`()
        throws
    {
        let small = Array(
            try Data(contentsOf: Vector.directory.appending(path: "good-one-record.vault")))
        let end = try #require(small.firstRange(of: Array("\nmac ".utf8))).upperBound
        // Each attempt costs a key derivation, so only every seventh byte is changed.
        for index in stride(from: 13, to: end, by: 7) {
            var bytes = small
            bytes[index] ^= 0x01
            let error = try refusal(of: bytes, key: .passphrase(secret("FAKE pass")))
            #expect(isExpected(error), "byte \(index): \(String(describing: error))")
        }
    }
}
