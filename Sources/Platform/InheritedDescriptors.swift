internal import Glibc

/// The descriptors that this process was started with, as far as its arguments name some.
///
/// A number that nobody opened becomes that of a file of this program's own, or of its runtime.
public struct InheritedDescriptors: Sendable {
    private let numbers: Set<Int32>

    /// Looks at each number among `arguments`; to be called before anything is opened.
    public init(namedIn arguments: [String]) {
        let named = arguments.compactMap { argument in
            argument.split(separator: "=").last.flatMap { Int32($0) }
        }
        numbers = Set(named.filter(Self.isInherited))
    }

    /// Whether the caller of the program opened the descriptor.
    public func contains(_ number: Int32) -> Bool { numbers.contains(number) }

    private static func isInherited(_ number: Int32) -> Bool {
        // What is marked so did not come from the caller: it holds the place of a closed stream.
        let flags = fcntl(number, F_GETFD)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }
}
