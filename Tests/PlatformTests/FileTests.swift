import Foundation
import Platform
import Sodium
import Testing

@Suite struct FileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("0123456789", to: "file")
    }

    @Test(arguments: [
        (10, 0, "0123456789"), (4, 3, "3456"), (100, 8, "89"), (5, 10, ""), (5, 1_000_000, ""),
        (0, 0, ""),
    ])
    func `reading ends where the file ends`(count: Int, offset: Int, text: String) throws {
        let file = try File(reading: folder.file("file"))
        #expect(try file.read(count: count, at: offset) == bytes(text))
    }

    @Test func `a secret is read only if it is within the limit`() throws {
        #expect(try secret(in: "file", limit: 10) == bytes("0123456789"))
        #expect(try secret(in: "file", limit: 100) == bytes("0123456789"))
        #expect(try secret(in: "file", limit: 9) == nil)
        #expect(try secret(in: "file", limit: 0) == nil)
        let long = String(repeating: "F", count: 10_000)
        try folder.write(long, to: "long")
        #expect(try secret(in: "long", limit: 10_000) == bytes(long))
        #expect(try secret(in: "long", limit: 9_999) == nil)
    }

    private func secret(in name: String, limit: Int) throws -> [UInt8]? {
        guard let secret = try File(reading: folder.file(name)).readSecret(limit: limit) else {
            return nil
        }
        return secret.withBytes { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test func `a missing file is reported as missing`() {
        for name in ["none", "none/below", "file/below"] {
            let error = #expect(throws: SystemCallFailure.self) {
                _ = try File(reading: folder.file(name))
            }
            #expect(error?.isMissing == true)
            #expect(error?.operation == .open)
        }
    }

    @Test func `a new file is private to its owner and replaces nothing`() throws {
        let file = try File(creating: folder.file("new"))
        try file.write(bytes("text").span)
        #expect(try folder.text(of: "new") == "text")
        #expect(try folder.permissions(of: "new") == 0o600)
        let error = #expect(throws: SystemCallFailure.self) {
            _ = try File(creating: folder.file("file"))
        }
        #expect(error?.isExisting == true)
        #expect(try folder.text(of: "file") == "0123456789")
    }

    @Test func `the status of a file is read`() throws {
        for (mode, isOpen) in [
            (0o600, false), (0o640, true), (0o604, true), (0o620, true), (0o602, true),
            (0o711, false), (0o4700, false),
        ] {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: folder.file("file"))
            let status = try File(reading: folder.file("file")).status()
            #expect(status.size == 10)
            #expect(status.permissions == UInt32(mode))
            #expect(status.isRegular)
            #expect(status.isOpenToOthers == isOpen)
            #expect(status.owner == geteuid())
            #expect(try FileStatus(of: folder.file("file")) == status)
        }
        #expect(try !File(reading: folder.path).status().isRegular)
    }

    @Test func `a failed write is reported`() throws {
        let file = try File(reading: folder.file("file"))
        let error = #expect(throws: SystemCallFailure.self) { try file.write(bytes("x").span) }
        #expect(error?.operation == .write)
        #expect(error?.path == folder.file("file"))
    }
}
