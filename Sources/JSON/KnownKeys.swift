internal import Sodium

/// The keys of an object that a parser knows, in their usual order.
public struct KnownKeys: Sendable {
    /// For each key, its length, a quote and the key, filled up to `width`; more may follow the key.
    ///
    /// All in one array of bytes: an array of arrays would count references at each comparison, and
    /// the runtime would construct the type of an array of ranges at every start.
    private let rows: [UInt8]
    private let width: Int
    private let count: Int

    /// Creates a list of `count` keys, at most 64, which `written` returns with quotes and colon.
    public init(count: Int, written: (Int) -> StaticString) {
        var width = 0
        for index in 0..<count { width = max(width, 1 + written(index).utf8CodeUnitCount) }
        var rows: [UInt8] = []
        rows.reserveCapacity(count * width)
        for index in 0..<count {
            let key = written(index)
            // Without quotes and colon.
            rows.append(UInt8(key.utf8CodeUnitCount - 3))
            rows.append(literal: key)
            while rows.count < (index + 1) * width { rows.append(0) }
        }
        (self.rows, self.width, self.count) = (rows, width, count)
    }

    /// Creates a list of `names`, at most 64.
    public init(_ names: [StaticString]) {
        let width = 2 + (names.map(\.utf8CodeUnitCount).max() ?? 0)
        var rows: [UInt8] = []
        for (index, name) in names.enumerated() {
            rows.append(UInt8(name.utf8CodeUnitCount))
            rows.append(UInt8(ascii: "\""))
            rows.append(literal: name)
            while rows.count < (index + 1) * width { rows.append(0) }
        }
        (self.rows, self.width, count) = (rows, width, names.count)
    }

    /// Returns the index of `key`, which is searched for from `start` on and then before it.
    func index(of key: Span<UInt8>, from start: Int) -> Int? {
        let rows = rows.span
        var index = start
        for _ in 0..<count {
            if index >= count { index = 0 }
            let row = index * width
            // After the length and a quote.
            if Int(rows[row]) == key.count,
                rows.extracting(row + 2..<row + 2 + key.count).elementsEqual(key)
            {
                return index
            }
            index += 1
        }
        return nil
    }
}
