import Sharing
import Testing
import Vault

/// Merging entries record by record.
@Suite struct MergeTests {
    @Test func oneSideAlone() throws {
        let old = try Records("page:1 a; page:2 b")
        let renewed = try Records("page:1 c; page:2 b; page:3 d")
        #expect(merge(old, renewed, old) == renewed.text)
        #expect(merge(old, old, renewed) == renewed.text)
        #expect(merge(old, try Records(""), old) == "")
        #expect(merge(old, old, try Records("page:2 b")) == "page:2 b")
    }

    @Test func changesOfDifferentEntries() throws {
        let merged = merge(
            try Records("page:1 a; page:2 b; user:3 c"), try Records("page:1 A; page:2 b"),
            try Records("page:1 a; page:2 b; user:3 c; user:4 d"))
        #expect(merged == "page:1 A; page:2 b; user:4 d")
    }

    @Test func theLaterOfTwoNewSecretsIsTheEntry() throws {
        let old = try Records("page:1 a")
        let (early, late) = (try Records("page:1 b@10"), try Records("page:1 c@20"))
        #expect(merge(old, early, late) == "page:1 c; page:1~previous b")
        #expect(merge(old, late, early) == "page:1 c; page:1~previous b")
    }

    @Test func whatAnEarlierDataKeyMadeComesSecond() throws {
        let ours = try Records("page:1 b@10-800")
        let theirs = try Records("page:1 c@20-900; page:2 d")
        for base in [nil, try Records("page:1 a").records] {
            let merge = Merge(
                base: base, ours: ours.records, theirs: theirs.records, prefersOurs: true)
            #expect(
                merge.changes.map { "\($0.reference) \($0.content?.secret == Records.secret("b"))" }
                    == ["page:1 true", "page:1~previous false"])
        }
    }

    @Test func unlessItEndsEarlier() throws {
        let old = try Records("page:1 a")
        let long = try Records("page:1 b@10-900")
        #expect(merge(old, long, try Records("page:1 c@20-800")) == "page:1 b; page:1~previous c")
        #expect(merge(old, long, try Records("page:1 c@20")) == "page:1 c; page:1~previous b")
    }

    @Test func ofThreeAtOnceTwoAreKept() throws {
        let old = try Records("page:1 a; page:1~previous z")
        let merge = Merge(
            base: old.records, ours: try Records("page:1 b@10; page:1~previous a").records,
            theirs: try Records("page:1 c@20; page:1~previous a").records)
        #expect(merge.dropped == [Records.secret("a")])
        #expect(merge.contested.map(\.description) == ["page:1"])
        #expect(
            merge.changes.map(\.reference.description) == ["page:1~previous"])
    }

    @Test func whatTheRemoverHadNotSeenStays() throws {
        let old = try Records("page:1 a")
        for removed in ["", "page:2 z"] {
            let merge = Merge(
                base: old.records, ours: try Records(removed).records,
                theirs: try Records("page:1 b@10").records)
            #expect(!merge.changes.contains { $0.content == nil })
            #expect(merge.kept.map(\.description) == ["page:1"])
        }
    }

    @Test func removedByBothOrBySeenAlike() throws {
        let old = try Records("page:1 a; page:1~previous z")
        #expect(merge(old, try Records(""), try Records("page:1~previous z")) == "")
        // The previous secret alone stays where it is.
        #expect(merge(old, try Records("page:1~previous z"), old) == "page:1~previous z")
    }

    @Test func aSwapMovesSecrets() throws {
        let old = try Records("app:1 a; app:1~previous b; page:1 x")
        let swapped = try Records("app:1 b; app:1~previous a; page:1 x")
        let other = try Records("app:1 a; app:1~previous b; page:1 y")
        #expect(merge(old, swapped, other) == "app:1 b; app:1~previous a; page:1 y")
        #expect(merge(old, other, swapped) == "app:1 b; app:1~previous a; page:1 y")
    }

    @Test func withoutABaseNothingIsRemoved() throws {
        let merged = merge(nil, try Records("page:1 a@5; page:2 b"), try Records("page:1 c@9"))
        #expect(merged == "page:1 c; page:1~previous a; page:2 b")
    }

    @Test func kindsAndSuffixesOfALaterVersion() throws {
        let old = try Records("later:1 a; later:1~new b; page:1~new c")
        let merged = merge(
            old, try Records("later:1 A@9; later:1~new b; page:1~new C@2"),
            try Records("later:1 a; page:1~new D@1"))
        #expect(merged == "later:1 A; page:1~new C; page:1~previous D")
    }

    @Test func theLineageIsPassedOver() throws {
        let merged = merge(
            try Records(""), try Records("history:1 a; history:2 x"),
            try Records("history:1 b"))
        #expect(merged == "history:1 b; history:2 x")
    }

    @Test func namesAndFactsComeFromDifferentSides() throws {
        let page = try #require(Reference(text: "page:1"))
        var old = Metadata()
        old.name = "Page"
        var renamed = old
        renamed.name = "Chosen"
        renamed.nameIsChosen = true
        var renewed = old
        renewed.changedAt = Timestamp(100)
        renewed.scopes = ["pages_show_list"]
        let merge = Merge(
            base: [MergeRecord(reference: page, secret: Digest(1, 1), metadata: old)],
            ours: [MergeRecord(reference: page, secret: Digest(1, 1), metadata: renamed)],
            theirs: [MergeRecord(reference: page, secret: Digest(2, 2), metadata: renewed)])
        let content = try #require(merge.changes.first?.content)
        #expect(content.secret == Digest(2, 2))
        #expect(content.metadata.name == "Chosen" && content.metadata.nameIsChosen == true)
        #expect(content.metadata.scopes == ["pages_show_list"])
    }

    @Test(arguments: [true, false])
    func whatMetaSaidLaterComesFirst(oursIsLater: Bool) throws {
        let page = try #require(Reference(text: "page:1"))
        var (early, late) = (Metadata(), Metadata())
        early.checkedAt = Timestamp(100)
        early.validity = .invalid(reason: "expired")
        early.machineID = "m"
        late.checkedAt = Timestamp(200)
        late.validity = .valid
        let records = [early, late].map {
            MergeRecord(reference: page, secret: Digest(1, 1), metadata: $0)
        }
        let old = MergeRecord(reference: page, secret: Digest(1, 1), metadata: Metadata())
        let merge = Merge(
            base: [old], ours: [records[oursIsLater ? 1 : 0]],
            theirs: [records[oursIsLater ? 0 : 1]])
        let metadata = try #require(merge.changes.first?.content?.metadata)
        #expect(metadata.validity == .valid && metadata.checkedAt == Timestamp(200))
        #expect(metadata.machineID == "m")
    }

    /// Returns the records that a merge leaves, as text.
    private func merge(_ base: Records?, _ ours: Records, _ theirs: Records) -> String {
        let merge = Merge(base: base?.records, ours: ours.records, theirs: theirs.records)
        var left = Dictionary(
            uniqueKeysWithValues: theirs.records.map { ($0.reference, $0.secret) })
        for change in merge.changes {
            left[change.reference] = change.content?.secret
            guard let source = change.content?.source else { continue }
            let side = source.side == .ours ? ours : theirs
            let found = side.records.first { $0.reference == source.reference }
            #expect(found?.secret == change.content?.secret)
        }
        return left.sorted { $0.key < $1.key }.map { "\($0.key) \(Records.name($0.value))" }
            .joined(separator: "; ")
    }
}

/// Records written as `reference secret`, or `reference secret@changed-expires`.
private struct Records {
    let text: String
    let records: [MergeRecord]

    init(_ text: String) throws {
        self.text = text
        records = try text.split(separator: "; ").map { entry in
            let fields = entry.split(separator: " ")
            let details = fields[1].split(separator: "@")
            var metadata = Metadata()
            if details.count > 1 {
                let times = details[1].split(separator: "-").compactMap { Int64($0) }
                metadata.changedAt = Timestamp(times[0])
                if times.count > 1 { metadata.expiresAt = .at(Timestamp(times[1])) }
            }
            return MergeRecord(
                reference: try #require(Reference(text: String(fields[0]))),
                secret: Self.secret(details[0]), metadata: metadata)
        }
    }

    static func secret(_ name: some StringProtocol) -> Digest {
        Digest(UInt64(name.utf8.first ?? 0), 0)
    }

    static func name(_ secret: Digest) -> String {
        let names = (UInt8(ascii: "A")...UInt8(ascii: "z")).map {
            String(UnicodeScalar($0))
        }
        return names.first { Self.secret($0) == secret } ?? "?"
    }
}
