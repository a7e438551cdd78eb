/// A variable and the reference of the token to store in it.
///
/// A structure and not a tuple: the runtime would construct the tuple's type at every start.
package struct Assignment {
    package let variable: String
    package let reference: String

    /// Parses `NAME=REF`, or throws `failure` for anything else.
    package init(
        _ text: String, otherwise failure: UseMessage = .malformedAssignment
    ) throws {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw failure
        }
        let name = text[..<equals]
        guard Self.isVariable(name.utf8) else { throw UseMessage.malformedVariable }
        variable = String(name)
        reference = String(text[text.index(after: equals)...])
    }

    private static func isVariable(_ name: Substring.UTF8View) -> Bool {
        name.enumerated().allSatisfy { index, byte in
            let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            return isLetter || byte == UInt8(ascii: "_") || isDigit && index > 0
        }
    }
}
