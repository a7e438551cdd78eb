internal import Vault

/// The records of one entry on the three sides of a merge: `kind:id` and those with a suffix.
struct EntryFamily {
    var base: [MergeRecord] = []
    var ours: [MergeRecord] = []
    var theirs: [MergeRecord] = []

    /// The result of merging one entry.
    struct Merged {
        var changes: [MergeChange] = []
        var contested: Reference?
        var kept: Reference?
        var dropped: [Digest] = []
        /// The entry, if only the side that comes second has it.
        var foreign: Reference?
    }

    /// A secret that remains.
    private struct Candidate {
        let secret: Digest
        /// Whether the common state does not have it.
        let isNew: Bool
        /// Whether it comes after those that our side has too.
        let comesSecond: Bool
        /// Where it is.
        let source: MergeChange.Source
        /// Where it belongs.
        let slot: Reference
        let metadata: Metadata
    }

    /// Merges the entry.
    func merged(preferringOurs: Bool) -> Merged {
        var result = Merged()
        let candidates = remaining(preferringOurs: preferringOurs)
        var places: [Reference: Candidate] = [:]
        var losers: [Candidate] = []
        for slot in Set(candidates.map(\.slot)).sorted() where slot.suffix != Self.previous {
            let ranked = ranked(candidates.filter { $0.slot == slot })
            places[slot] = ranked.first
            losers += ranked.dropFirst()
            if slot.suffix == nil, ranked.filter(\.isNew).count > 1 { result.contested = slot }
        }
        // What lost its own place goes before what was there.
        losers = ranked(losers) + ranked(candidates.filter { $0.slot.suffix == Self.previous })
        if let first = losers.first, let previous = first.slot.previous { places[previous] = first }
        result.dropped = losers.dropFirst().map(\.secret)
        result.kept = keptRecord(in: places)
        result.foreign = places.first { $0.key.suffix == nil && $0.value.comesSecond }?.key
        result.changes = changes(to: places)
        return result
    }

    private static let previous = "previous"

    /// The secrets that both sides have, or that one side has newly.
    private func remaining(preferringOurs: Bool) -> [Candidate] {
        var secrets: [Digest] = []
        for record in ours + theirs where !secrets.contains(record.secret) {
            secrets.append(record.secret)
        }
        return secrets.compactMap { secret in
            let before = base.first { $0.secret == secret }
            let mine = ours.first { $0.secret == secret }
            let other = theirs.first { $0.secret == secret }
            guard before == nil || (mine != nil && other != nil) else { return nil }
            guard
                let (side, place) = other.map({ (MergeChange.Side.theirs, $0.reference) })
                    ?? mine.map({ (.ours, $0.reference) })
            else { return nil }
            return Candidate(
                secret: secret, isNew: before == nil,
                comesSecond: preferringOurs && mine == nil,
                source: MergeChange.Source(side: side, reference: place),
                slot: slot(before: before, mine: mine, other: other) ?? place,
                metadata: preferringOurs
                    ? (mine ?? other)?.metadata ?? Metadata()
                    : facts(before: before, mine: mine, other: other))
        }
    }

    /// Where a secret belongs: where the side that moved it has put it.
    private func slot(
        before: MergeRecord?, mine: MergeRecord?, other: MergeRecord?
    ) -> Reference? {
        guard let mine else { return other?.reference }
        guard let other else { return mine.reference }
        if mine.reference == other.reference { return mine.reference }
        return mine.reference == before?.reference ? other.reference : mine.reference
    }

    /// What Meta said of a secret: what only one side has learned or, of two, what was said later.
    private func facts(
        before: MergeRecord?, mine: MergeRecord?, other: MergeRecord?
    ) -> Metadata {
        guard let mine = mine?.metadata else { return other?.metadata ?? Metadata() }
        guard let other = other?.metadata else { return mine }
        if other == before?.metadata || mine == other { return mine }
        if mine == before?.metadata { return other }
        let isMineLater = Moment(mine.checkedAt) > Moment(other.checkedAt)
        return isMineLater
            ? mine.merging(earlier: other, base: before?.metadata)
            : other.merging(earlier: mine, base: before?.metadata)
    }

    /// Sorts what competes for one place: new secrets first, and of these the one that was stored
    /// later, unless it ends earlier than the next.
    private func ranked(_ candidates: [Candidate]) -> [Candidate] {
        var ranked = candidates.sorted { one, other in
            if one.comesSecond != other.comesSecond { return other.comesSecond }
            if one.isNew != other.isNew { return one.isNew }
            let moments = (Moment(one.metadata.changedAt), Moment(other.metadata.changedAt))
            return moments.0 == moments.1 ? one.secret > other.secret : moments.0 > moments.1
        }
        if ranked.count > 1, ranked[0].isNew == ranked[1].isNew,
            ranked[0].comesSecond == ranked[1].comesSecond,
            ranked[0].metadata.expiresAt.isEarlier(than: ranked[1].metadata.expiresAt)
        {
            ranked.swapAt(0, 1)
        }
        return ranked
    }

    /// The record that one side removed, but that stays with a secret which the remover had not
    /// seen.
    private func keptRecord(in places: [Reference: Candidate]) -> Reference? {
        places.keys.filter { reference in
            base.metadata(of: reference) != nil
                && (ours.metadata(of: reference) == nil || theirs.metadata(of: reference) == nil)
        }.min()
    }

    private func changes(to places: [Reference: Candidate]) -> [MergeChange] {
        let references = Set(places.keys).union(theirs.map(\.reference))
        return references.sorted().compactMap { reference in
            let old = theirs.first { $0.reference == reference }
            guard let place = places[reference] else {
                return MergeChange(reference: reference, content: nil)
            }
            var metadata = place.metadata
            if reference.suffix == nil {
                metadata.takeName(
                    base: base.metadata(of: reference), ours: ours.metadata(of: reference),
                    theirs: old?.metadata)
            }
            if old?.secret == place.secret, old?.metadata == metadata { return nil }
            return MergeChange(
                reference: reference,
                content: MergeChange.Content(
                    secret: place.secret, source: place.source, metadata: metadata))
        }
    }
}

extension Expiry {
    /// Returns whether this is known to be earlier than `other`.
    fileprivate func isEarlier(than other: Expiry) -> Bool {
        switch (self, other) {
        case (.at(let end), .at(let otherEnd)): end.seconds < otherEnd.seconds
        case (.at, .never): true
        case (.unknown, _), (_, .unknown), (.never, _): false
        }
    }
}

extension [MergeRecord] {
    fileprivate func metadata(of reference: Reference) -> Metadata? {
        first { $0.reference == reference }?.metadata
    }
}

/// A time that may be unknown, and then is earlier than any other.
private struct Moment: Comparable {
    let seconds: Int64

    init(_ time: Timestamp?) {
        seconds = time?.seconds ?? .min
    }

    static func < (one: Moment, other: Moment) -> Bool { one.seconds < other.seconds }
}
