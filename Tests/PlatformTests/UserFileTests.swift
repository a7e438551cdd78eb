import Foundation
import Glibc
import Platform
import Sodium
import Testing

/// Files outside the vault that are replaced.
@Suite struct UserFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func replace(_ name: String, with text: String = "new") throws {
        try UserFile.replace(folder.file(name), with: Secret(copying: bytes(text).span))
    }

    @Test func `a new file has mode 0600, whatever the umask`() throws {
        try replace("file")
        #expect(try folder.text(of: "file") == "new")
        #expect(try folder.permissions(of: "file") == 0o600)
        #expect(try folder.names() == ["file"])
    }

    @Test(arguments: [
        (0o644, 0o640), (0o664, 0o660), (0o777, 0o770), (0o400, 0o400), (0o6755, 0o750),
    ])
    func `an existing file keeps its mode, but not what others may do`(
        before: Int, after: Int
    ) throws {
        try folder.write("old", to: "file")
        #expect(unsafe chmod(folder.file("file"), mode_t(before)) == 0)
        try replace("file")
        #expect(try folder.text(of: "file") == "new")
        #expect(try folder.permissions(of: "file") == after)
    }

    @Test(.enabled(if: geteuid() == 0, "only root can change the owner of a file"))
    func `an existing file keeps its owner and group`() throws {
        try folder.write("old", to: "file")
        #expect(unsafe chown(folder.file("file"), 64_333, 64_334) == 0)
        try replace("file")
        let status = try FileStatus(of: folder.file("file"))
        #expect(status.owner == 64_333 && status.group == 64_334)
    }

    @Test func `a symbolic link to a file of one's own stays, and its target is replaced`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.file("real"), withIntermediateDirectories: false)
        try folder.write("old", to: "real/file")
        #expect(unsafe symlink("real/file", folder.file("link")) == 0)
        try replace("link")
        #expect(try folder.text(of: "real/file") == "new")
        #expect(try FileStatus(ofEntry: folder.file("link")).isSymbolicLink)
        #expect(try folder.names() == ["link", "real"])
    }

    @Test func `no other link is followed`() throws {
        for target in ["missing", "/dev/null", ".", "loop"] {
            _ = unsafe unlink(folder.file("loop"))
            #expect(unsafe symlink(target, folder.file("loop")) == 0)
            #expect(throws: UserFile.Refusal.foreignLink(path: folder.file("loop"))) {
                try replace("loop")
            }
        }
        #expect(try folder.names() == ["loop"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root can change the owner of a file"))
    func `a link to another user's file is not followed`() throws {
        try folder.write("old", to: "file")
        #expect(unsafe chown(folder.file("file"), 64_333, 64_333) == 0)
        #expect(unsafe symlink("file", folder.file("link")) == 0)
        #expect(throws: UserFile.Refusal.foreignLink(path: folder.file("link"))) {
            try replace("link")
        }
        #expect(try folder.text(of: "file") == "old")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can change the owner of a link"))
    func `another user's link to one's own file is not followed`() throws {
        try folder.write("old", to: "file")
        #expect(unsafe symlink("file", folder.file("link")) == 0)
        #expect(unsafe lchown(folder.file("link"), 64_333, 64_333) == 0)
        #expect(throws: UserFile.Refusal.foreignLink(path: folder.file("link"))) {
            try replace("link")
        }
        #expect(try folder.text(of: "file") == "old")
    }

    @Test func `anything but a regular file is refused, without waiting`() throws {
        #expect(unsafe mkfifo(folder.file("pipe"), 0o600) == 0)
        for path in [folder.file("pipe"), folder.path, "/dev/null"] {
            #expect(throws: UserFile.Refusal.notRegular(path: path)) {
                try UserFile.replace(path, with: Secret(copying: bytes("new").span))
            }
            #expect(throws: UserFile.Refusal.notRegular(path: path)) {
                _ = try UserFile.read(path, limit: 10)
            }
        }
        #expect(try folder.names() == ["pipe"])
    }

    @Test func `what a killed process left is removed`() throws {
        try folder.write("half", to: ".file.saving")
        try replace("file")
        #expect(try folder.text(of: "file") == "new")
        #expect(try folder.names() == ["file"])
    }

    @Test func `a file in a missing directory, or under a file, cannot be created`() throws {
        try folder.write("old", to: "file")
        for name in ["no/file", "file/file"] {
            #expect(throws: SystemCallFailure.self) { try replace(name) }
        }
        #expect(try folder.names() == ["file"])
    }

    @Test func `only a file within the limit is read`() throws {
        try folder.write("12345", to: "file")
        let whole = try UserFile.read(folder.file("file"), limit: 5)?.count
        #expect(whole == 5)
        let tooLong = try UserFile.read(folder.file("file"), limit: 4)?.count
        #expect(tooLong == nil)
        #expect(throws: SystemCallFailure.self) {
            _ = try UserFile.read(folder.file("missing"), limit: 4)
        }
    }
}
