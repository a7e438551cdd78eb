import Foundation

/// A command that makes programs see another time than the system's, for as long as it exists.
///
/// The release is static, so it takes a tracer to change what it sees: `Tests/Clock`. Deadlines
/// depend on the monotonic clock, which stays as it is.
public final class ShiftedClock: Sendable {
    private let folder: TemporaryFolder
    private var tracer: String { folder.path + "/shifted_clock" }
    private var file: String { folder.path + "/shift" }

    /// The tracer could not be compiled.
    public struct NotCompiled: Error {}

    /// Compiles the tracer.
    public init() throws {
        folder = try TemporaryFolder(permissions: 0o700)
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-O1", "-o", tracer, ProgramUnderTest.repository + "/Tests/Clock/shifted_clock.c",
        ]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw NotCompiled() }
        try shift(by: 0)
    }

    /// Makes programs that start from now on see the time that is this many seconds after the
    /// system's.
    public func shift(by seconds: Int) throws {
        // By renaming, so that no program reads half of it.
        try Data("\(seconds)".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// The words before a program and its arguments that make it, and its children, see the shifted
    /// time.
    public var launcher: [String] { [tracer, file] }
}
