/// The states that a vault was made from, which it carries in the hidden record `history:1`.
///
/// A state is known by its MAC and payload nonce together: two machines that change copies of one
/// file make the same header, and so the same MAC, for different content.
package struct Lineage: Equatable, Sendable {
    /// A state that the vault was made from.
    package struct Ancestor: Equatable, Sendable {
        /// The generation of a head, or 0 for a state that was merged into one.
        package let generation: UInt64
        /// The first 16 bytes of BLAKE2b-256 of MAC and payload nonce.
        package let id: Digest
    }

    /// The number of heads that a vault remembers.
    package static let limit = 128

    /// The ancestors in order of entry, which is not always the order of their generations.
    package private(set) var ancestors: [Ancestor] = []
    private let limit: Int

    /// Creates the lineage of a vault that was not made from another.
    ///
    /// - Parameter limit: A smaller number of heads to remember, for tests.
    package init(limit: Int = Lineage.limit) {
        self.limit = limit
    }

    /// Returns whether the state `id` is an ancestor.
    package func names(_ id: Digest) -> Bool {
        ancestors.contains { $0.id == id }
    }

    /// Returns whether a head of this generation would be named if it were an ancestor.
    package func reachesBack(to generation: UInt64) -> Bool {
        let heads = ancestors.lazy.filter { $0.generation > 0 }
        return (heads.count < limit && ancestors.count < 2 * limit)
            || heads.contains { $0.generation <= generation }
    }

    /// Adds a head that the vault was made from.
    package mutating func add(head: Digest, generation: UInt64) {
        add(Ancestor(generation: generation, id: head))
    }

    /// Adds a state that was merged into the vault.
    package mutating func add(merged: Digest) {
        add(Ancestor(generation: 0, id: merged))
    }

    /// Adds the ancestors of a state from another line, before the state itself.
    package mutating func add(ancestorsOf other: Lineage) {
        for ancestor in other.ancestors { add(ancestor) }
    }

    /// The oldest entry goes first, whatever its generation.
    private mutating func add(_ ancestor: Ancestor) {
        guard !names(ancestor.id) else { return }
        ancestors.append(ancestor)
        while ancestors.count > 2 * limit
            || ancestors.lazy.filter({ $0.generation > 0 }).count > limit
        {
            ancestors.removeFirst()
        }
    }
}

extension Lineage {
    /// The secret of the record: `<generation>:<id>` for each ancestor, joined by commas, or `-` if
    /// there is none.
    package var text: String {
        if ancestors.isEmpty { return "-" }
        return ancestors.map { "\($0.generation):\($0.id.text)" }.joined(separator: ",")
    }

    /// Parses the secret of the record, or returns `nil` if it is not exactly what `text` writes.
    ///
    /// More ancestors than this version keeps are accepted.
    package init?(text: String) {
        self.init(limit: Self.limit)
        if text == "-" { return }
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let fields = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 2, let generation = Int64(fields[0]), generation >= 0,
                String(generation) == fields[0], let id = Digest(text: fields[1]), !names(id)
            else { return nil }
            ancestors.append(Ancestor(generation: UInt64(generation), id: id))
        }
    }
}
