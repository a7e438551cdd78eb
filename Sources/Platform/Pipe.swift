internal import CPlatform
internal import Glibc

/// A pipe, neither end of which another program inherits.
struct Pipe: ~Copyable {
    let reading: File
    let writing: File

    /// Opens a pipe; `path` names both ends in messages.
    init(_ path: String) throws(SystemCallFailure) {
        var ends: [CInt] = [-1, -1]
        guard unsafe tokenvault_pipe(&ends) == 0 else { throw SystemCallFailure(.create, path) }
        reading = File(descriptor: ends[0], path: path)
        writing = File(descriptor: ends[1], path: path)
    }
}
