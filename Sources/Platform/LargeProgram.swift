internal import Glibc

/// The program that a small one gives way to for whatever it does not do itself.
public struct LargeProgram {
    /// Where it may be, the likeliest first: absolute paths.
    public let places: [String]
    /// What its ELF note says, near the beginning of the file.
    private let mark: String

    /// Why it cannot take over.
    public enum Failure: Error, Equatable {
        /// It is at none of the places.
        case missing
        /// What is at the first of them that there is has another version.
        case otherVersion(path: String)
        /// The system does not execute it.
        case notExecutable(path: String, reason: String)
    }

    /// How much of a file is searched for the mark, in bytes.
    private static let searched = 16_384

    /// The program `name` next to this one, or in `../libexec/` and `folder` from there; links to this one
    /// are followed.
    ///
    /// Neither PATH nor any other variable counts: whoever may set one for this program does not choose what
    /// reads the vault.
    public init(named name: String, folder: String, mark: String) {
        self.mark = mark
        guard let own = try? Directory.resolve("/proc/self/exe") else {
            places = []
            return
        }
        let here = Directory.parent(of: own)
        places = ["\(here)/\(name)", "\(Directory.parent(of: here))/libexec/\(folder)/\(name)"]
    }

    /// Puts it in this process's place (`execve`), and returns only by failing.
    ///
    /// Arguments, environment, descriptors and signals are as they came to this one.
    public func takeOver() throws(Failure) -> Never {
        guard let path = places.first(where: Directory.holdsAnything) else { throw .missing }
        guard carriesMark(path) else { throw .otherVersion(path: path) }
        _ = unsafe execve(path, CommandLine.unsafeArgv, environ)
        throw .notExecutable(path: path, reason: SystemCallFailure(.open, path).reason)
    }

    private func carriesMark(_ path: String) -> Bool {
        guard let file = try? File(reading: path),
            let beginning = try? file.read(count: Self.searched, at: 0)
        else { return false }
        let mark = Array(mark.utf8) + [0]
        return beginning.indices.dropLast(mark.count).contains { start in
            beginning[start] == mark[0] && beginning[start...].starts(with: mark)
        }
    }
}
