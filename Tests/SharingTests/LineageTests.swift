import Testing

@testable import Sharing

/// What a vault was made from, and what that says about a head.
@Suite struct LineageTests {
    @Test func theOldestEntryGoesFirst() {
        var lineage = Lineage(limit: 3)
        // The generation of the oldest is the highest, as after a store was put back.
        lineage.add(head: Digest(9, 9), generation: 9)
        for number in 1...2 as ClosedRange<UInt64> {
            lineage.add(head: Digest(number, 0), generation: number)
            lineage.add(merged: Digest(0, number))
        }
        #expect(lineage.names(Digest(9, 9)) && lineage.names(Digest(0, 1)))
        lineage.add(head: Digest(3, 0), generation: 3)
        #expect(!lineage.names(Digest(9, 9)))
        #expect(lineage.names(Digest(1, 0)) && lineage.names(Digest(3, 0)))
    }

    @Test func whatWasMergedDoesNotGrowWithoutLimit() {
        var lineage = Lineage()
        for number in 1...1_000 as ClosedRange<UInt64> { lineage.add(merged: Digest(0, number)) }
        #expect(lineage.ancestors.count == 256 && lineage.names(Digest(0, 1_000)))
        #expect(lineage.text.utf8.count < 65_536)
    }

    @Test func reachingBack() {
        var lineage = Lineage(limit: 2)
        #expect(lineage.reachesBack(to: 1))
        for number in 5...7 as ClosedRange<UInt64> {
            lineage.add(head: Digest(number, 0), generation: number)
        }
        #expect(!lineage.reachesBack(to: 5) && lineage.reachesBack(to: 6))
    }

    @Test func text() throws {
        var lineage = Lineage()
        #expect(lineage.text == "-")
        #expect(Lineage(text: "-") == lineage)
        lineage.add(head: Digest(0x0123_4567_89AB_CDEF, 1), generation: 12)
        lineage.add(merged: Digest(2, 3))
        let text = "12:0123456789abcdef0000000000000001,0:00000000000000020000000000000003"
        #expect(lineage.text == text)
        #expect(Lineage(text: text) == lineage)
    }

    @Test(arguments: [
        "", ",", "1", "1:", ":", "-1:00000000000000020000000000000003", "12:0123",
        "01:00000000000000020000000000000003", "+1:00000000000000020000000000000003",
        "1:0000000000000002000000000000000F", "1:00000000000000020000000000000003,",
        "9223372036854775808:00000000000000020000000000000003",
        "1:00000000000000020000000000000003,2:00000000000000020000000000000003",
    ])
    func malformedText(text: String) {
        #expect(Lineage(text: text) == nil)
    }

    @Test func relations() {
        func state(
            _ id: UInt64, _ generation: UInt64, of parent: VaultState? = nil, limit: Int = 128
        ) -> VaultState {
            VaultState(
                id: Digest(id, 0), epoch: 1, generation: generation, dataKey: Digest(0, 0),
                lineage: parent?.successorLineage ?? Lineage(limit: limit))
        }
        let first = state(1, 1)
        let second = state(2, 2, of: first)
        #expect(first.relation(to: first) == .same)
        #expect(first.relation(to: second) == .successor)
        #expect(second.relation(to: first) == .rollback(.ancestor))
        // A head of another line is a rollback, whatever its generation.
        #expect(second.relation(to: state(3, 99, of: first)) == .rollback(.fork))
        // A lineage that does not reach back: epoch and generation decide.
        var head = state(10, 10, limit: 1)
        for number in 11...13 as ClosedRange<UInt64> { head = state(number, number, of: head) }
        #expect(first.relation(to: head) == .later)
        // Whoever has an earlier data key can name anything.
        let renewed = VaultState(
            id: Digest(4, 0), epoch: 2, generation: 5, dataKey: Digest(1, 0),
            lineage: first.successorLineage)
        let forged = state(60, 60, of: renewed)
        #expect(!forged.names(renewed) && !forged.contains(renewed))
        #expect(renewed.relation(to: forged).isRollback)
        let other = VaultState(
            id: Digest(50, 0), epoch: 2, generation: 11, dataKey: Digest(0, 0), lineage: Lineage())
        #expect(other.relation(to: head) == .rollback(.older))
    }
}
