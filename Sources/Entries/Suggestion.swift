/// Suggestions for mistyped words.
package enum Suggestion {
    /// Returns the words of `known` that differ from `word` by one or two typing errors, the
    /// nearest first.
    package static func nearest(
        to word: String, among known: [String], limit: Int = 3
    ) -> [String] {
        let typed = Array(word.lowercased())
        let maximumDistance = min(2, (typed.count + 1) / 3)
        let near = known.compactMap { word -> (distance: Int, word: String)? in
            let candidate = Array(word.lowercased())
            guard abs(candidate.count - typed.count) <= maximumDistance else { return nil }
            let distance = distance(typed, candidate)
            return distance <= maximumDistance ? (distance, word) : nil
        }
        return near.sorted { $0.distance < $1.distance }.prefix(limit).map(\.word)
    }

    /// Returns how many characters must be inserted, deleted, replaced or swapped with a neighbor
    /// (optimal string alignment distance).
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return max(one.count, other.count) }
        var beforeLast: [Int] = []
        var last = Array(0...other.count)
        for row in 1...one.count {
            var current = [row]
            for column in 1...other.count {
                let isSame = one[row - 1] == other[column - 1]
                var cost = min(
                    last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2],
                    one[row - 2] == other[column - 1]
                {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[other.count]
    }
}
