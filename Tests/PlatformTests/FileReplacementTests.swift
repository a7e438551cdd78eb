import Foundation
import Platform
import Testing

@Suite struct FileReplacementTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private struct Refusal: Error {}

    /// Puts a file of that name and content in its place.
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

    @Test func `until the commit there is the old file, then the new one, of mode 0600`() throws {
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

    @Test func `who lets go without a commit leaves nothing behind`() throws {
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

    @Test func `a refusal at the last moment keeps the old file and leaves nothing behind`()
        throws
    {
        try folder.write("old", to: "file")
        #expect(throws: Refusal.self) {
            try replace("file", with: "new") { _ in throw Refusal() }
        }
        #expect(try folder.names() == ["file"])
        #expect(try folder.text(of: "file") == "old")
    }

    @Test func `what cannot be put in its place leaves nothing behind`() throws {
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

    @Test func `what a crashed save left is removed, be it a link elsewhere`() throws {
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

    @Test func `an exclusive commit makes a file, and never replaces one`() throws {
        try make("file", with: "first")
        let error = #expect(throws: SystemCallFailure.self) { try make("file", with: "second") }
        #expect(error?.isExisting == true)
        #expect(try folder.text(of: "file") == "first")
        #expect(try folder.names() == ["file"])
        #expect(try folder.permissions(of: "file") == 0o600)
    }

    @Test func `an exclusive commit respects a link to nowhere too`() throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("file"), withDestinationPath: folder.file("nowhere"))
        let error = #expect(throws: SystemCallFailure.self) { try make("file", with: "new") }
        #expect(error?.isExisting == true)
        #expect(try folder.names() == ["file"])
    }

    @Test func `a folder may be reached through a link`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("real"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: "real")
        try replace("link/file", with: "new")
        #expect(try folder.text(of: "real/file") == "new")
    }

    @Test func `without its folder it does not begin`() {
        let error = #expect(throws: SystemCallFailure.self) {
            _ = try FileReplacement(of: folder.file("none/file"))
        }
        #expect(error?.isMissing == true)
    }
}
