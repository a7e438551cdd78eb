internal import CPlatform
internal import Glibc

/// A file that is written beside the one it replaces, so that there is always the old or the new
/// one and never a part of either.
///
/// The temporary file has a fixed name. The caller holds the lock of the file to be replaced, so
/// what lies there is the remainder of a save that crashed, and is removed.
@safe public struct FileReplacement: ~Copyable {
    private let target: String
    private let temporary: String
    private let file: File
    /// Bytes written so far, and how many of them the kernel has been told to begin with.
    private var written = 0
    private var begun = 0

    /// How much is gathered before the disk is set to work, in bytes.
    private static let share = 1 << 20

    /// Opens the temporary file for a replacement of `target`, mode 0600.
    ///
    /// It keeps owner and group of the file that is there, if `keepsOwner`: one that would lock the owner
    /// out is not begun.
    public init(of target: String, keepsOwner: Bool = true) throws(SystemCallFailure) {
        self.target = target
        temporary = Self.temporaryPath(for: target)
        if unsafe unlink(temporary) != 0, errno != ENOENT {
            throw SystemCallFailure(.remove, temporary)
        }
        file =
            keepsOwner
            ? try Self.file(at: temporary, replacing: target) : try File(creating: temporary)
    }

    private static func file(
        at temporary: String, replacing target: String
    ) throws(SystemCallFailure) -> File {
        let file = try File(creating: temporary)
        guard let before = FileOwner.ofEntry(at: target),
            let now = FileOwner.ofEntry(at: temporary), before != now
        else { return file }
        // Only the owner can do anything with mode 0600: a group that cannot be kept is no loss.
        if before.take(file.descriptor) || before.user == now.user { return file }
        let failure = SystemCallFailure(.changeOwner, target)
        unsafe unlink(temporary)
        throw failure
    }

    /// Where the temporary file for a replacement of `target` lies.
    public static func temporaryPath(for target: String) -> String {
        "\(Directory.parent(of: target))/.\(Directory.name(of: target)).saving"
    }

    /// Without a commit nothing remains.
    deinit {
        unsafe unlink(temporary)
    }

    /// Writes all `bytes` behind what was written before.
    ///
    /// The disk works while the rest is still being made: otherwise all of it waits for `commit`.
    public mutating func write(_ bytes: Span<UInt8>) throws(SystemCallFailure) {
        try file.write(bytes)
        written += bytes.count
        if written - begun >= Self.share {
            file.beginSynchronising(from: begun, to: written)
            begun = written
        }
    }

    /// Brings the content to the disk, asks `confirm` for the last time, with the path of what was
    /// written, and puts the file in its place.
    ///
    /// It is on the disk on return, unless that returns why it may not be: then it is in its place all the
    /// same.
    public consuming func commit(
        confirm: (String) throws -> Void
    ) throws -> SystemCallFailure? {
        try file.synchronise()
        try confirm(temporary)
        guard unsafe rename(temporary, target) == 0 else {
            throw SystemCallFailure(.replace, target)
        }
        return Self.synchroniseDirectory(of: target)
    }

    /// Brings the content to the disk and puts the file in its place, whose name may get there later:
    /// after a crash there is the old file or the new one, whole.
    public consuming func commitContent() throws(SystemCallFailure) {
        try file.synchronise()
        guard unsafe rename(temporary, target) == 0 else {
            throw SystemCallFailure(.replace, target)
        }
    }

    /// As `commit`, but fails with EEXIST when anything lies at the target already.
    public consuming func commitExclusively() throws(SystemCallFailure) -> SystemCallFailure? {
        try file.synchronise()
        guard unsafe tokenvault_rename_exclusively(temporary, target) == 0 else {
            // Some file systems have no RENAME_NOREPLACE; a hard link refuses just the same.
            guard errno == EINVAL || errno == ENOSYS else {
                throw SystemCallFailure(.create, target)
            }
            if unsafe link(temporary, target) != 0 {
                guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else {
                    throw SystemCallFailure(.create, target)
                }
                // Neither exists there: an empty file takes the name, and is replaced.
                _ = try File(creating: target)
                guard unsafe rename(temporary, target) == 0 else {
                    throw SystemCallFailure(.replace, target)
                }
            }
            return Self.synchroniseDirectory(of: target)
        }
        return Self.synchroniseDirectory(of: target)
    }

    private static func synchroniseDirectory(of target: String) -> SystemCallFailure? {
        do throws(SystemCallFailure) {
            try Directory.synchronise(Directory.parent(of: target))
            return nil
        } catch {
            return error
        }
    }
}
