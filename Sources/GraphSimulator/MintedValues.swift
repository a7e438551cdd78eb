/// The number of values minted with each prefix, so that the next one is predictable.
struct MintedValues: Sendable {
    private var counts: [String: Int] = [:]

    /// Returns the next unused value with this prefix, such as `EAAFAKElong0001`.
    mutating func next(_ prefix: String, isUsed: (String) -> Bool) -> String {
        repeat {
            counts[prefix, default: 0] += 1
            let number = String(counts[prefix, default: 0])
            let value = prefix + String(repeating: "0", count: max(0, 4 - number.count)) + number
            if !isUsed(value) { return value }
        } while true
    }
}
