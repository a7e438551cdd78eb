import Foundation
import Platform
import Testing

@Suite struct FileReplacementTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private struct Refusal: Error {}

    /// Replaces a file with this content.
    private func replace(
        _ name: String, with text: String, confirm: (String) throws -> Void = { _ in }
    ) throws {
        var replacement = try FileReplacement(of: folder.file(name))
        try replacement.write(bytes(text).span)
        #expect(try replacement.commit(confirm: confirm) == nil)
    }

    private func make(_ name: String, with text: String) throws {
        var replacement = try FileReplacement(of: folder.file(name))
        try replacement.write(bytes(text).span)
        #expect(try replacement.commitExclusively() == nil)
    }

    @Test func `the old file stays until the commit, and the new one has mode 0600`() throws {
        try folder.write("old", to: "file")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder.file("file"))
        var replacement = try FileReplacement(of: folder.file("file"))
        try replacement.write(bytes("new ").span)
        try replacement.write(bytes("text").span)
        #expect(try folder.text(of: "file") == "old")
        #expect(try replacement.commit { _ in } == nil)
        #expect(try folder.text(of: "file") == "new text")
        #expect(try folder.names() == ["file"])
        #expect(try folder.permissions(of: "file") == 0o600)
    }

    @Test func `without a commit nothing is left behind`() throws {
        try folder.write("old", to: "file")
        func begin() throws {
            var replacement = try FileReplacement(of: folder.file("file"))
            try replacement.write(bytes("new").span)
            #expect(try folder.names().count == 2)
        }
        try begin()
        #expect(try folder.names() == ["file"])
        #expect(try folder.text(of: "file") == "old")
    }

    @Test func `an error while confirming keeps the old file and leaves nothing behind`()
        throws
    {
        try folder.write("old", to: "file")
        #expect(throws: Refusal.self) {
            try replace("file", with: "new") { _ in throw Refusal() }
        }
        #expect(try folder.names() == ["file"])
        #expect(try folder.text(of: "file") == "old")
    }

    @Test func `a failed commit leaves nothing behind`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("file"), withIntermediateDirectories: false)
        try folder.write("x", to: "file/inside")
        let error = #expect(throws: SystemCallFailure.self) { try replace("file", with: "new") }
        #expect(error?.operation == .replace)
        #expect(try folder.names() == ["file"])
    }

    @Test func `the content is complete when it is confirmed`() throws {
        try replace("file", with: "new") { path in
            let names = try folder.names()
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let permissions = try folder.permissions(of: ".file.saving")
            #expect(names == [".file.saving"])
            #expect(text == "new")
            #expect(permissions == 0o600)
        }
        #expect(try folder.names() == ["file"])
    }

    @Test func `what a crashed save left behind is removed, even if it is a link`() throws {
        try folder.write("remains", to: ".file.saving")
        #expect(try FileReplacement(of: folder.file("file")).commit { _ in } == nil)
        #expect(try folder.text(of: "file") == "")

        try folder.write("precious", to: "elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file(".file.saving"), withDestinationPath: folder.file("elsewhere"))
        try replace("file", with: "new")
        #expect(try folder.text(of: "elsewhere") == "precious")
        #expect(try folder.text(of: "file") == "new")
    }

    @Test func `an exclusive commit creates a file and never replaces one`() throws {
        try make("file", with: "first")
        let error = #expect(throws: SystemCallFailure.self) { try make("file", with: "second") }
        #expect(error?.isExisting == true)
        #expect(try folder.text(of: "file") == "first")
        #expect(try folder.names() == ["file"])
        #expect(try folder.permissions(of: "file") == 0o600)
    }

    @Test func `an exclusive commit does not replace a broken link`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("file"), withDestinationPath: folder.file("nowhere"))
        let error = #expect(throws: SystemCallFailure.self) { try make("file", with: "new") }
        #expect(error?.isExisting == true)
        #expect(try folder.names() == ["file"])
    }

    @Test func `the directory may be reached through a link`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: "real")
        try replace("link/file", with: "new")
        #expect(try folder.text(of: "real/file") == "new")
    }

    @Test func `a missing directory is an error`() {
        let error = #expect(throws: SystemCallFailure.self) {
            _ = try FileReplacement(of: folder.file("none/file"))
        }
        #expect(error?.isMissing == true)
    }
}
