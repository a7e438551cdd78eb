internal import Glibc
internal import Sodium

/// The variables that another program is given, as the kernel keeps them: bytes, which need not be
/// UTF-8.
public struct EnvironmentBlock: Sendable {
    private let entries: [[UInt8]]

    /// Made-up variables.
    public init(_ variables: [String: String]) {
        entries = variables.map { Array("\($0.key)=\($0.value)".utf8) }
    }

    private init(entries: [[UInt8]]) {
        self.entries = entries
    }

    /// All variables of this process.
    public static func ofThisProcess() -> EnvironmentBlock {
        var entries: [[UInt8]] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            entries.append(unsafe bytes(of: text))
            unsafe entry += 1
        }
        return EnvironmentBlock(entries: entries)
    }

    /// The variables whose names `isWanted`.
    public func filter(_ isWanted: (String) -> Bool) -> EnvironmentBlock {
        EnvironmentBlock(entries: entries.filter { isWanted(Self.name(of: $0)) })
    }

    /// The names of this process's variables whose values are no UTF-8.
    public static func namesOfUnreadableValues() -> [String] {
        var names: [String] = []
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            // Copied only where it is one: each `get` comes through here.
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

    /// As a C program takes them; ended by a null pointer, and for the caller to deallocate.
    func copied() -> [UnsafeMutablePointer<CChar>?] {
        unsafe entries.map { unsafe copy(of: $0) } + [nil]
    }
}

/// The bytes of a C string, without its end.
func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
    let bytes = unsafe UnsafeRawBufferPointer(start: text, count: strlen(text))
    return unsafe Array(bytes)
}

/// A C string of these bytes, which hold no NUL; for the caller to deallocate.
func copy(of bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe text[index] = CChar(bitPattern: byte) }
    unsafe text[bytes.count] = 0
    return unsafe text
}
