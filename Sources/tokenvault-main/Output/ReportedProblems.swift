import Console
import Entries
import Platform
import Sodium
import Vault

/// The problems that the command of `check --on-problem` has received, in a file of the state
/// directory.
///
/// The file has a line for each reference and status, such as `user:1 expired`. If it is missing or
/// cannot be read, there are none: reporting a problem twice is better than never.
struct ReportedProblems {
    /// A status of an entry that somebody has to do something about.
    struct Problem: Hashable {
        let reference: Reference
        let status: EntryStatus

        /// Returns `nil` if `status` is no reason to do anything.
        init?(_ reference: Reference, _ status: EntryStatus) {
            switch status {
            case .ok, .unknown: return nil
            case .expiring, .expired, .invalid: break
            }
            self.reference = reference
            self.status = status
        }

        /// Parses a line of the file.
        fileprivate init?(line: Substring) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let reference = Reference(text: String(words[0])),
                let status = EntryStatus(rawValue: String(words[1]))
            else { return nil }
            self.init(reference, status)
        }
    }

    private let directory: String
    private let path: String

    /// The maximum size of the file, in bytes; a larger one is not ours.
    private static let limit = 1 << 26

    /// The file for one vault.
    init(of vaultID: [UInt8], in directory: String) {
        self.directory = directory
        path = "\(directory)/\(hexadecimal(vaultID)).problems"
    }

    /// The paths of the file and of its lock, which need not exist.
    var files: [String] { [path, "\(path).lock"] }

    /// Returns all problems in the file; lines that cannot be parsed are ignored.
    func read() -> Set<Problem> {
        guard let file = try? File(reading: path), let status = try? file.status(),
            status.isRegular, status.size <= Self.limit,
            let bytes = try? file.read(count: status.size, at: 0)
        else { return [] }
        let text = String(decoding: bytes, as: UTF8.self)
        return Set(text.split(separator: "\n" as Character).compactMap(Problem.init(line:)))
    }

    /// Adds problems, and removes those for which `isOver` returns true.
    func update(adding new: [Problem], removing isOver: (Problem) -> Bool)
        throws(SystemCallFailure)
    {
        if new.isEmpty, !read().contains(where: isOver) { return }
        try Directory.create(directory)
        let lock = try FileLock.takingBriefly(path: "\(path).lock", for: path)
        defer { withExtendedLifetime(lock) {} }
        // Another check may have changed the file since it was read.
        let kept = read().filter { !isOver($0) }.union(new)
        let lines = kept.map { "\($0.reference) \($0.status.rawValue)\n" }.sorted()
        var file = try FileReplacement(of: path, keepsOwner: false)
        try file.write(Array(lines.joined().utf8).span)
        try file.commitContent()
    }
}
