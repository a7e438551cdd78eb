internal import Glibc
internal import Sodium

/// The environment variables for another program, as the kernel stores them: bytes that need not be
/// UTF-8.
public struct EnvironmentBlock: Sendable {
    private let entries: [[UInt8]]

    /// Creates a block of these variables.
    public init(_ variables: [String: String]) {
        entries = variables.map { Array("\($0.key)=\($0.value)".utf8) }
    }

    private init(entries: [[UInt8]]) {
        self.entries = entries
    }

    /// Returns all variables of this process.
    public static func ofThisProcess() -> EnvironmentBlock {
        var entries: [[UInt8]] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            entries.append(unsafe bytes(of: text))
            unsafe entry += 1
        }
        return EnvironmentBlock(entries: entries)
    }

    /// Returns the variables whose names satisfy `isWanted`.
    public func filter(_ isWanted: (String) -> Bool) -> EnvironmentBlock {
        EnvironmentBlock(entries: entries.filter { isWanted(Self.name(of: $0)) })
    }

    /// Returns the names of this process's variables whose values are not valid UTF-8.
    public static func namesOfUnreadableValues() -> [String] {
        var names: [String] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            // Copied only if it is not valid: every `get` runs this code.
            let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
            let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
            if (try? UTF8Span(validating: span)) == nil {
                names.append(name(of: Array(copying: span)))
            }
            unsafe entry += 1
        }
        return names
    }

    private static func name(of entry: [UInt8]) -> String {
        String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }

    /// Returns the variables for a C program, ended by a null pointer; the caller must deallocate
    /// them.
    func copied() -> [UnsafeMutablePointer<CChar>?] {
        unsafe entries.map { unsafe copy(of: $0) } + [nil]
    }
}

/// Returns the bytes of a C string, without the final NUL.
func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    return unsafe Array(bytes)
}

/// Returns a C string of these bytes, which must not contain NUL; the caller must deallocate it.
func copy(of bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
    unsafe text[bytes.count] = 0
    return unsafe text
}
