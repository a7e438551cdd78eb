/// The names of API versions, such as `v26.0`.
public enum GraphVersion {
    /// Returns whether `text` is the letter v, up to three digits, a period and up to two digits.
    ///
    /// Every command with requests calls this. To compile a regular expression for it would take a
    /// sixth of the time of such a command.
    public static func isName(_ text: some StringProtocol) -> Bool {
        guard text.utf8.first == UInt8(ascii: "v") else { return false }
        let numbers = text.utf8.dropFirst().split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return numbers.count == 2 && (1...3).contains(numbers[0].count)
            && (1...2).contains(numbers[1].count)
            && numbers.joined().allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
