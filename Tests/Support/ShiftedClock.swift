import Foundation

/// A library that makes programs see another time than the system's, for as long as it exists.
///
/// Programs that find it in `LD_PRELOAD` add the seconds in `file` to the current time. Only `time`
/// is replaced, which is all that tokenvault uses; deadlines depend on the monotonic clock.
public final class ShiftedClock: Sendable {
    private let folder: TemporaryFolder
    /// The path of the library.
    public var library: String { folder.path + "/clock.so" }
    private var file: String { folder.path + "/shift" }

    /// The reason why the library could not be compiled.
    public struct NoCompiler: Error {}

    private static let source = """
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <stdlib.h>
        #include <time.h>
        time_t time(time_t *result) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            long shift = 0;
            const char *path = getenv("SHIFTED_CLOCK");
            FILE *file = path ? fopen(path, "re") : NULL;
            if (file) {
                if (fscanf(file, "%ld", &shift) != 1) shift = 0;
                fclose(file);
            }
            if (result) *result = now.tv_sec + shift;
            return now.tv_sec + shift;
        }
        """

    /// Compiles the library.
    public init() throws {
        folder = try TemporaryFolder(permissions: 0o700)
        let code = folder.path + "/clock.c"
        try Data(Self.source.utf8).write(to: URL(filePath: code))
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-shared", "-fPIC", "-O1", "-o", library, code]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw NoCompiler() }
        try shift(by: 0)
    }

    /// Makes programs see the time that is this many seconds after the system's.
    public func shift(by seconds: Int) throws {
        // By renaming, so that no program reads half of it.
        try Data("\(seconds)".utf8).write(to: URL(filePath: file), options: .atomic)
    }

    /// The environment of programs that see the shifted time.
    public var environment: [String: String] {
        ["LD_PRELOAD": library, "SHIFTED_CLOCK": file]
    }
}
