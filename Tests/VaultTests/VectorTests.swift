import Foundation
import Platform
import Sodium
import Testing
import Vault

/// The frozen files in Tests/Vectors, which another implementation created.
@Suite struct VectorTests {
    @Test(arguments: try Vector.all())
    func `every vector opens or is refused with the expected status`(vector: Vector) throws {
        let outcome = vector.outcome()
        switch vector.expect {
        case "open":
            #expect(outcome == .opened(try vector.content()))
        default:
            #expect(vector.statuses.contains(outcome.status), "\(vector.fault ?? "")")
        }
    }

    @Test(
        arguments: try Vector.all().filter { $0.expect == "open" && $0.unlock["passphrase"] != nil }
    )
    func `opening with the passphrase shows which keys the owner did not add`(vector: Vector) throws
    {
        let path = Vector.directory.appending(path: vector.file).path()
        let key = VaultFile.Key.passphrase(secret(vector.unlock["passphrase"] ?? ""))
        let vault = try UnlockedVault(path: path, key: key)
        #expect(vault.unvouchedKeyNames == vector.unvouched ?? [])
    }

    @Test func `all vectors are present`() throws {
        #expect(try Vector.all().count > 500)
    }
}

/// An entry of manifest.json.
struct Vector: Decodable, CustomTestStringConvertible {
    let name: String
    let file: String
    let unlock: [String: String]
    let expect: String
    let status: Status
    let fault: String?
    let records: [Entry]?
    let recordsSHA256: String?
    /// The machine keys that the owner did not add, as opening with the passphrase shows.
    let unvouched: [String]?

    struct Entry: Decodable, Equatable {
        let reference: String
        let secret: String
        let metadata: String
    }

    enum Status: Decodable {
        case one(Int)
        case several([Int])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let one = try? container.decode(Int.self) {
                self = .one(one)
            } else {
                self = .several(try container.decode([Int].self))
            }
        }
    }

    private enum CodingKeys: String, CodingKey {
        case name
        case file
        case unlock
        case expect
        case status
        case fault
        case records
        case recordsSHA256 = "records_sha256"
        case unvouched
    }

    private struct Manifest: Decodable {
        let vectors: [Vector]
    }

    static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors")

    static func all() throws -> [Vector] {
        let data = try Data(contentsOf: directory.appending(path: "manifest.json"))
        return try JSONDecoder().decode(Manifest.self, from: data).vectors
    }

    var testDescription: String { name }

    var statuses: [Int] {
        switch status {
        case .one(let status): [status]
        case .several(let statuses): statuses
        }
    }

    /// The content of the file, or the exit status for the error.
    enum Outcome: Equatable {
        case opened([UInt8])
        case refused(Int)

        var status: Int {
            switch self {
            case .opened: 0
            case .refused(let status): status
            }
        }
    }

    /// Returns the plaintext according to the manifest.
    func content() throws -> [UInt8] {
        guard let records else { return Array("sha256 \(recordsSHA256 ?? "")".utf8) }
        return records.flatMap { Array("\($0.reference)\t\($0.secret)\t\($0.metadata)\n".utf8) }
    }

    func outcome() -> Outcome {
        do {
            let vault = try VaultFile(path: Self.directory.appending(path: file).path())
            let plaintext = try vault.unlock(with: try key()).plaintext()
            guard records == nil else { return .opened(plaintext) }
            return .opened(Array("sha256 \(sha256(plaintext))".utf8))
        } catch VaultError.damaged {
            return .refused(65)
        } catch VaultError.wrongPassphrase, VaultError.wrongMachineKey {
            return .refused(77)
        } catch {
            Issue.record("another error: \(error)")
            return .refused(-1)
        }
    }

    private func key() throws -> VaultFile.Key {
        if let passphrase = unlock["passphrase"] {
            return .passphrase(secret(passphrase))
        }
        let path = Self.directory.appending(path: unlock["key_file"] ?? "").path()
        guard let file = try File(reading: path).readSecret(limit: MachineKey.fileLimit) else {
            throw VaultError.wrongMachineKey(.malformedKeyFile)
        }
        return .machineKey(try MachineKey(file: file))
    }

    private func sha256(_ bytes: [UInt8]) -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try? process.run()
        Thread.detachNewThread {
            input.fileHandleForWriting.write(Data(bytes))
            try? input.fileHandleForWriting.close()
        }
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return String(text.prefix(64))
    }
}

extension VaultReader {
    /// Returns every record, written again as in the payload.
    fileprivate func plaintext() throws -> [UInt8] {
        var all: [UInt8] = []
        try forEachRecord { record in
            let metadata = try record.metadata()
            all += Array("\(record.reference)\t".utf8)
            record.withSecret { bytes in all += bytes.indices.map { bytes[$0] } }
            all += [UInt8(ascii: "\t")] + metadata.text + [UInt8(ascii: "\n")]
        }
        return all
    }
}
