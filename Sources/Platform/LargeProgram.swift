internal import Glibc

/// The program that a small one gives way to for whatever it does not do itself.
public struct LargeProgram {
    /// Where it may be, the likeliest first: absolute paths.
    ///
    /// None where the kernel does not tell which file this program is.
    public let places: [String]
    /// What its ELF note says, near the beginning of the file.
    private let mark: String
    /// Whom what is run may belong to.
    private var trusted: Set<UInt32> = [0, ProcessOwner.id]

    /// Why it cannot take over.
    public enum Failure: Error, Equatable {
        /// It is at none of the places.
        case missing
        /// What is there has another version.
        case otherVersion(path: String)
        /// It is somebody else's, or others may put something else in its place.
        case untrusted(path: String)
        /// The system does not let it be read or executed.
        case unusable(path: String, reason: String)
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
        if let status = try? FileStatus(of: own) { trusted.insert(status.owner) }
        let here = Directory.parent(of: own)
        places = ["\(here)/\(name)", "\(Directory.parent(of: here))/libexec/\(folder)/\(name)"]
    }

    /// Puts it in this process's place (`execve`), and returns only by failing.
    ///
    /// Arguments, environment, descriptors and signals are as they came to this one.
    public func takeOver() throws(Failure) -> Never {
        var first: Failure?
        for path in places where Directory.holdsAnything(at: path) {
            do throws(Failure) {
                try check(path)
                _ = unsafe execve(path, CommandLine.unsafeArgv, environ)
                throw .unusable(path: path, reason: SystemCallFailure(.open, path).reason)
            } catch {
                // An old one that somebody left there does not hide the right one.
                first = first ?? error
            }
        }
        throw first ?? .missing
    }

    private func check(_ path: String) throws(Failure) {
        for one in [path, Directory.parent(of: path)] {
            guard let status = try? FileStatus(of: one), trusted.contains(status.owner),
                status.permissions & 0o002 == 0
                    // In a folder such as /tmp nobody replaces another's file.
                    || status.isDirectory && status.permissions & 0o1000 != 0
            else { throw .untrusted(path: path) }
        }
        let beginning: [UInt8]
        do throws(SystemCallFailure) {
            beginning = try File(reading: path).read(count: Self.searched, at: 0)
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
