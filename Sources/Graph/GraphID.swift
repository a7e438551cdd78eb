/// The IDs of users, pages and apps in the Graph API.
enum GraphID {
    /// Returns whether `text` is an ID: 1 to 32 digits, the first of which is not 0.
    static func isID(_ text: String) -> Bool {
        let digits = text.utf8
        return (1...32).contains(digits.count) && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
