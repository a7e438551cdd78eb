internal import Platform

/// Where the bytes of a vault file are.
enum VaultContent: ~Copyable {
    case file(File)
    case memory([UInt8])

    /// Returns `count` bytes from `offset`, or fewer if the file ends before that.
    borrowing func read(count: Int, at offset: Int) throws(SystemCallFailure) -> [UInt8] {
        switch self {
        case .file(let file): try file.read(count: count, at: offset)
        case .memory(let bytes):
            Array(bytes[min(offset, bytes.count)..<min(offset + count, bytes.count)])
        }
    }
}
