import Foundation

/// How a program ended and what it wrote.
struct Outcome: Equatable {
    /// The exit status, or 128 and the signal's number.
    let status: Int32
    let output: String
    let errors: String

    /// The lines on standard error.
    var complaints: [Substring] { errors.split(separator: "\n") }
}

/// A program that runs beside the test, without a terminal.
///
/// Its standard streams are files, so that it never waits for the test to read. Foundation's `Process`
/// leaves descriptors open, and these tests start thousands of programs.
@safe struct Child: Sendable {
    let pid: pid_t
    private let streams: String

    // POSIX_SPAWN_SETSID, which the Glibc module lacks: no program here finds a terminal to ask at.
    private static let newSession: Int16 = 0x80

    struct NotStarted: Error {
        let executable: String
        let code: Int32
    }

    /// Starts the program; `scratch` is an existing directory for its streams.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String],
        input: String = "", scratch: String
    ) throws {
        streams = "\(scratch)/\(UUID().uuidString)"
        try Data(input.utf8).write(to: URL(filePath: "\(streams).in"))

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "\(streams).in", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "\(streams).out", writing, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "\(streams).err", writing, 0o600)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Self.newSession)

        var words = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for index in unsafe words.indices { unsafe free(words[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var pid = pid_t()
        let code = unsafe posix_spawn(
            &pid, executable, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw NotStarted(executable: executable, code: code) }
        self.pid = pid
    }

    /// What it has written to standard output so far.
    var outputSoFar: String {
        (try? String(contentsOfFile: "\(streams).out", encoding: .utf8)) ?? ""
    }

    /// Sends a signal.
    func signal(_ number: Int32) {
        kill(pid, number)
    }

    /// Waits for its end; once.
    func outcome() async throws -> Outcome {
        let pid = pid
        let status = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var status: Int32 = 0
                while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                continuation.resume(returning: signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
        }
        let output = try String(contentsOfFile: "\(streams).out", encoding: .utf8)
        let errors = try String(contentsOfFile: "\(streams).err", encoding: .utf8)
        for name in ["in", "out", "err"] {
            try FileManager.default.removeItem(atPath: "\(streams).\(name)")
        }
        return Outcome(status: status, output: output, errors: errors)
    }
}
