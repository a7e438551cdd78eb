import Foundation
import Platform
import Testing

@Suite struct DirectoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `it is made with those above it, each the owner's alone`() throws {
        try Directory.create(folder.file("a/b/c"))
        for name in ["a", "a/b", "a/b/c"] {
            #expect(try folder.permissions(of: name) == 0o700)
        }
    }

    @Test func `one that is there stays as it is`() throws {
        try Directory.create(folder.file("a"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.file("a"))
        try Directory.create(folder.file("a"))
        try Directory.create(folder.file("a/b/"))
        #expect(try folder.permissions(of: "a") == 0o755)
        #expect(try folder.permissions(of: "a/b") == 0o700)
    }

    @Test func `a file in its place is no directory`() throws {
        try folder.write("", to: "file")
        for name in ["file", "file/below"] {
            let error = #expect(throws: SystemCallFailure.self) {
                try Directory.create(folder.file(name))
            }
            #expect(error?.operation == .createDirectory)
        }
    }

    @Test(arguments: [
        ("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("a/b", "a", "b"),
        ("./a", ".", "a"), ("/a/b/", "/a/b", ""),
    ])
    func `a path has a parent and a name`(path: String, parent: String, name: String) {
        #expect(Directory.parent(of: path) == parent)
        #expect(Directory.name(of: path) == name)
    }

    @Test func `a path is resolved to what it leads to`() throws {
        try folder.write("", to: "file")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: "file")
        #expect(
            try Directory.resolve(folder.file("link"))
                == Directory.resolve(folder.file("file")))
        let error = #expect(throws: SystemCallFailure.self) {
            try Directory.resolve(folder.file("none"))
        }
        #expect(error?.isMissing == true)
    }

    @Test func `a link to nowhere is something`() throws {
        #expect(!Directory.holdsAnything(at: folder.file("link")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: "nowhere")
        #expect(Directory.holdsAnything(at: folder.file("link")))
        #expect(Directory.holdsAnything(at: folder.path))
    }
}
