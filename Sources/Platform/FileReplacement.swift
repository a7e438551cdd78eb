internal import CPlatform
internal import Glibc

/// A file that is written next to the one it replaces, so that there is always either the old or
/// the new one, and never a partial one.
///
/// The temporary file has a fixed name. The caller holds the lock of the file being replaced, so a
/// temporary file that already exists is left over from a save that crashed, and is removed.
@safe public struct FileReplacement: ~Copyable {
    private let target: String
    private let temporary: String
    private let file: File
    /// The number of bytes written so far, and how many of them the kernel was asked to write to
    /// disk.
    private var written = 0
    private var writebackStart = 0

    /// How many bytes are collected before the kernel is asked to write them to disk.
    private static let writebackSize = 1 << 20

    /// Creates the temporary file for a replacement of `target`, with mode 0600.
    ///
    /// With `keepsOwner`, it gets the owner and group of the existing file. Throws if that would
    /// lock the owner out.
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
        // With mode 0600 only the owner has access, so losing the group does no harm.
        if before.apply(to: file.descriptor) || before.user == now.user { return file }
        let failure = SystemCallFailure(.changeOwner, target)
        unsafe unlink(temporary)
        throw failure
    }

    /// Returns the path of the temporary file for a replacement of `target`.
    public static func temporaryPath(for target: String) -> String {
        "\(Directory.parent(of: target))/.\(Directory.name(of: target)).saving"
    }

    /// Removes the temporary file if it was not committed.
    deinit {
        unsafe unlink(temporary)
    }

    /// Writes all `bytes` after those written before.
    ///
    /// The disk starts writing while the rest is still being produced; otherwise `commit` would
    /// wait for all of it.
    public mutating func write(_ bytes: Span<UInt8>) throws(SystemCallFailure) {
        try file.write(bytes)
        written += bytes.count
        if written - writebackStart >= Self.writebackSize {
            file.beginSynchronizing(from: writebackStart, to: written)
            writebackStart = written
        }
    }

    /// Syncs the content to disk, calls `confirm` with the path of the new content, and moves it
    /// into place.
    ///
    /// `confirm` can prevent that by throwing. On return the file is in place. It is also on disk,
    /// unless the result says why it may not be.
    public consuming func commit(
        confirm: (String) throws -> Void
    ) throws -> SystemCallFailure? {
        try file.synchronize()
        try confirm(temporary)
        guard unsafe rename(temporary, target) == 0 else {
            throw SystemCallFailure(.replace, target)
        }
        return Self.synchronizeDirectory(of: target)
    }

    /// Syncs the content to disk and moves it into place; the name may reach the disk later.
    ///
    /// After a crash there is either the old file or the new one, complete.
    public consuming func commitContent() throws(SystemCallFailure) {
        try file.synchronize()
        guard unsafe rename(temporary, target) == 0 else {
            throw SystemCallFailure(.replace, target)
        }
    }

    /// Commits like `commit`, but fails with EEXIST if anything already exists at the target.
    public consuming func commitExclusively() throws(SystemCallFailure) -> SystemCallFailure? {
        try file.synchronize()
        guard unsafe tokenvault_rename_exclusively(temporary, target) == 0 else {
            // Some file systems do not support RENAME_NOREPLACE; a hard link refuses an existing
            // target too.
            guard errno == EINVAL || errno == ENOSYS else {
                throw SystemCallFailure(.create, target)
            }
            if unsafe link(temporary, target) != 0 {
                guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else {
                    throw SystemCallFailure(.create, target)
                }
                // The file system supports neither, so an empty file claims the name and is then
                // replaced.
                _ = try File(creating: target)
                guard unsafe rename(temporary, target) == 0 else {
                    throw SystemCallFailure(.replace, target)
                }
            }
            return Self.synchronizeDirectory(of: target)
        }
        return Self.synchronizeDirectory(of: target)
    }

    private static func synchronizeDirectory(of target: String) -> SystemCallFailure? {
        do throws(SystemCallFailure) {
            try Directory.synchronize(Directory.parent(of: target))
            return nil
        } catch {
            return error
        }
    }
}
