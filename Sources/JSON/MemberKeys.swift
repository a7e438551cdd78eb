/// The keys of one object so far, compared as bytes.
///
/// As `String`s, keys whose characters are composed differently would be equal.
struct MemberKeys {
    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    /// More than the number of keys that this version knows.
    ///
    /// Up to here, comparing with each key costs less than setting up a set.
    private static let fewLimit = 24

    /// Adds a key, and returns whether it is new.
    mutating func insert(_ key: String) -> Bool {
        for other in few where other == key && other.utf8.elementsEqual(key.utf8) { return false }
        if few.count < Self.fewLimit {
            few.append(key)
            return true
        }
        return many.insert(Array(key.utf8)).inserted
    }
}
