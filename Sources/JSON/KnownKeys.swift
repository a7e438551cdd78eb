internal import Sodium

/// The keys of an object that a parser knows, in their usual order.
public struct KnownKeys: Sendable {
    /// All keys together: an array of arrays would count references at each comparison.
    private let characters: [UInt8]
    private let ranges: [Range<Int>]

    /// Creates a list of keys, at most 64, each written with quotes and colon.
    public init(written keys: [StaticString]) {
        var (characters, ranges) = ([UInt8](), [Range<Int>]())
        for key in keys {
            let start = characters.count + 1
            characters.append(literal: key)
            ranges.append(start..<characters.count - 2)
        }
        (self.characters, self.ranges) = (characters, ranges)
    }

    /// Returns the index of `key`, which is searched for from `start` on and then before it.
    func index(of key: Span<UInt8>, from start: Int) -> Int? {
        let characters = characters.span
        let ranges = ranges.span
        var index = start
        for _ in ranges.indices {
            if index >= ranges.count { index = 0 }
            let range = ranges[index]
            if range.count == key.count, characters.extracting(range).elementsEqual(key) {
                return index
            }
            index += 1
        }
        return nil
    }
}
