import Foundation
import Platform
import Testing

@Suite struct DirectoryTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func `a directory is created with its parents, each private to its owner`() throws {
        try Directory.create(folder.file("a/b/c"))
        for name in ["a", "a/b", "a/b/c"] {
            #expect(try folder.permissions(of: name) == 0o700)
        }
    }

    @Test func `an existing directory stays as it is`() throws {
        try Directory.create(folder.file("a"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder.file("a"))
        try Directory.create(folder.file("a"))
        try Directory.create(folder.file("a/b/"))
        #expect(try folder.permissions(of: "a") == 0o755)
        #expect(try folder.permissions(of: "a/b") == 0o700)
    }

    @Test func `a file in the way is an error`() throws {
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

    @Test func `a path is resolved to its target`() throws {
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

    @Test func `a broken link in a path is found, with its target`() throws {
        let files = FileManager.default
        func link(_ name: String, _ target: String) throws {
            try files.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
        }
        try Directory.create(folder.file("there"))
        try link("good", "there")
        try link("there/broken", "gone")
        try link("first", "second")
        try link("second", "/nowhere/at/all")
        try link("one", "other")
        try link("other", "one")
        for name in [
            "there", "good", "good/missing", "missing", "missing/below", "one", "one/below",
        ] {
            #expect(BrokenLink(on: folder.file(name)) == nil, "\(name)")
        }
        let broken = try #require(BrokenLink(on: folder.file("good/broken/a/b")))
        #expect(broken.path == folder.file("good/broken"))
        #expect(broken.target == folder.file("good/gone"))
        #expect(broken.destination == folder.file("good/gone/a/b"))
        let chain = try #require(BrokenLink(on: folder.file("first")))
        #expect(chain.path == folder.file("second"))
        #expect(chain.target == "/nowhere/at/all" && chain.destination == chain.target)
    }

    @Test func `a broken link counts as existing`() throws {
        #expect(!Directory.holdsAnything(at: folder.file("link")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: "nowhere")
        #expect(Directory.holdsAnything(at: folder.file("link")))
        #expect(Directory.holdsAnything(at: folder.path))
    }
}
