internal import Glibc

/// The descriptors that this process was started with, as far as its arguments name them.
///
/// A number that the caller did not open may later belong to a file of this program or of its
/// runtime.
public struct InheritedDescriptors: Sendable {
    private let numbers: [Int32]

    /// Checks every number in `arguments`; call this before anything is opened.
    public init(namedIn arguments: [String]) {
        var numbers: [Int32] = []
        for argument in arguments {
            guard let number = Self.number(in: argument), Self.isInherited(number) else { continue }
            numbers.append(number)
        }
        self.numbers = numbers
    }

    /// Returns the number that an argument is, or that follows its last equals sign.
    ///
    /// Goes byte by byte: every `get` runs this code, and hardly any argument names a descriptor.
    private static func number(in argument: String) -> Int32? {
        var value: Int32? = nil
        var isNumber = true
        for byte in argument.utf8 {
            if byte == UInt8(ascii: "=") {
                (value, isNumber) = (nil, true)
                continue
            }
            guard isNumber, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                isNumber = false
                continue
            }
            let (tens, isTooLarge) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = tens.addingReportingOverflow(Int32(byte - UInt8(ascii: "0")))
            isNumber = !isTooLarge && !isLarger
            value = sum
        }
        return isNumber ? value : nil
    }

    /// Returns whether the caller of the program opened the descriptor.
    public func contains(_ number: Int32) -> Bool { numbers.contains(number) }

    private static func isInherited(_ number: Int32) -> Bool {
        // A descriptor marked close-on-exec did not come from the caller: it fills the place of a
        // closed stream.
        let flags = fcntl(number, F_GETFD)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }
}
