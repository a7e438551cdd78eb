internal import Glibc

/// The large program, to which the small one hands over everything that it does not do itself.
public struct LargeProgram {
    /// The absolute paths where the program may be, the most likely one first.
    ///
    /// Empty if the kernel does not say which file this program is.
    public let places: [String]
    /// The text of its ELF note, which is near the beginning of the file.
    private let mark: String
    /// The users who may own the program and its directory.
    private var trusted: Set<UInt32> = [0, ProcessOwner.id]

    /// Why the large program cannot take over.
    public enum Failure: Error, Equatable {
        /// It is in none of the places.
        case missing
        /// The program there has another version.
        case otherVersion(path: String)
        /// It belongs to someone else, or others could replace it.
        case untrusted(path: String)
        /// The system does not allow reading or executing it.
        case unusable(path: String, reason: String)
    }

    /// How many bytes of a file are searched for the mark.
    private static let searchLimit = 16_384

    /// Looks for `name` next to this program, or in `folder` in `../libexec/` from there.
    ///
    /// Symbolic links to this program are resolved. Neither PATH nor any other variable matters:
    /// whoever can set a variable for this program must not be able to choose the program that
    /// reads the vault.
    public init(named name: String, folder: String, mark: String) {
        self.mark = mark
        guard let ownPath = try? Directory.resolve("/proc/self/exe") else {
            places = []
            return
        }
        if let status = try? FileStatus(of: ownPath) { trusted.insert(status.owner) }
        let directory = Directory.parent(of: ownPath)
        places = [
            "\(directory)/\(name)", "\(Directory.parent(of: directory))/libexec/\(folder)/\(name)",
        ]
    }

    /// Replaces this process with the large program (`execve`), or throws if that fails.
    ///
    /// Arguments, environment, descriptors and signals are passed on exactly as this process
    /// received them.
    public func takeOver() throws(Failure) -> Never {
        var first: Failure?
        for path in places where Directory.holdsAnything(at: path) {
            do throws(Failure) {
                try check(path)
                _ = unsafe execve(path, CommandLine.unsafeArgv, environ)
                throw .unusable(path: path, reason: SystemCallFailure(.open, path).reason)
            } catch {
                // An outdated copy in one place must not hide the right one in another.
                first = first ?? error
            }
        }
        throw first ?? .missing
    }

    private func check(_ path: String) throws(Failure) {
        for one in [path, Directory.parent(of: path)] {
            guard let status = try? FileStatus(of: one), trusted.contains(status.owner),
                status.permissions & 0o002 == 0
                    // In a directory with the sticky bit, such as /tmp, nobody can replace another
                    // user's file.
                    || status.isDirectory && status.permissions & 0o1000 != 0
            else { throw .untrusted(path: path) }
        }
        let beginning: [UInt8]
        do throws(SystemCallFailure) {
            beginning = try File(reading: path).read(count: Self.searchLimit, at: 0)
        } catch {
            throw .unusable(path: path, reason: error.reason)
        }
        let mark = Array(mark.utf8) + [0]
        let isMarked = beginning.indices.dropLast(mark.count).contains { start in
            beginning[start] == mark[0] && beginning[start...].starts(with: mark)
        }
        guard isMarked else { throw .otherVersion(path: path) }
    }
}
