/// What somebody may have meant who typed something else.
package enum Suggestion {
    /// The words of `known` that differ from `word` by a slip or two of the fingers, the nearest first.
    package static func nearest(to word: String, among known: [String], most: Int = 3) -> [String] {
        let typed = Array(word.lowercased())
        let slips = min(2, (typed.count + 1) / 3)
        let near = known.compactMap { word -> (distance: Int, word: String)? in
            let candidate = Array(word.lowercased())
            guard abs(candidate.count - typed.count) <= slips else { return nil }
            let distance = distance(typed, candidate)
            return distance <= slips ? (distance, word) : nil
        }
        return near.sorted { $0.distance < $1.distance }.prefix(most).map(\.word)
    }

    /// How many letters must be typed, left out, replaced or swapped with their neighbours.
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
