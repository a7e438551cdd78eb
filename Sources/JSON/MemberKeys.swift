/// The keys of one object so far, compared by their bytes: to a `String`, differently composed
/// characters are one.
struct MemberKeys {
    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    /// More than all that this version knows; a set of them costs more to set up than a look at each.
    private static let fewLimit = 24

    /// Adds a key; returns whether it is new.
    mutating func insert(_ key: String) -> Bool {
        for other in few where other == key && other.utf8.elementsEqual(key.utf8) { return false }
        if few.count < Self.fewLimit {
            few.append(key)
            return true
        }
        return many.insert(Array(key.utf8)).inserted
    }
}
