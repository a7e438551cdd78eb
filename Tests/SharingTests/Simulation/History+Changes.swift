import Sharing
import Vault

/// The changes that people and programs make.
extension History {
    /// Returns changed records, and what happened to their secrets.
    mutating func change(
        _ records: [MergeRecord], on machine: SimulatedMachine
    ) -> ([MergeRecord], Effect) {
        var effect = Effect(machine: machine.number)
        let now = clock + machine.clockError
        var left = Dictionary(uniqueKeysWithValues: records.map { ($0.reference, $0) })
        let page = random.oneIn(6) ? Pages.unknown : Pages.all.randomElement(using: &random)
        guard let page else { return (records, effect) }
        let before = left[page]
        switch random.below(10) {
        case 0..<4: left[page] = stored(page, before, now, &effect)
        case 4..<6:
            left[page] = stored(page, before, now, &effect)
            if let before, let previous = page.previous {
                left[previous] = MergeRecord(
                    reference: previous, secret: before.secret, metadata: before.metadata)
            }
        case 6..<8:
            left[page] = nil
            if let previous = page.previous, random.oneIn(2) { left[previous] = nil }
        case 8:
            if let previous = page.previous, let old = left[previous], let before {
                left[page] = MergeRecord(
                    reference: page, secret: old.secret, metadata: old.metadata)
                left[previous] = MergeRecord(
                    reference: previous, secret: before.secret, metadata: before.metadata)
            }
        default:
            if let before { left[page] = checked(before, now, &effect) }
        }
        let after = left.values.sorted { $0.reference < $1.reference }
        let secrets = Set(after.map(\.secret))
        effect.removed = records.map(\.secret).filter { !secrets.contains($0) }
        return (after, effect)
    }

    private mutating func stored(
        _ page: Reference, _ before: MergeRecord?, _ now: Int64, _ effect: inout Effect
    ) -> MergeRecord {
        var metadata = before?.metadata ?? Metadata()
        metadata.changedAt = Timestamp(now)
        metadata.checkedAt = nil
        metadata.expiresAt =
            random.oneIn(2) ? .at(Timestamp(now + Int64(random.below(900)))) : .never
        let secret = newDigest()
        effect.added.append(secret)
        return MergeRecord(reference: page, secret: secret, metadata: metadata)
    }

    /// Records an answer from Meta, which is never older than the one before it.
    private func checked(
        _ record: MergeRecord, _ now: Int64, _ effect: inout Effect
    ) -> MergeRecord {
        var metadata = record.metadata
        let moment = max(now, (metadata.checkedAt?.seconds ?? 0) + 1)
        metadata.checkedAt = Timestamp(moment)
        effect.checked[record.secret] = moment
        return MergeRecord(
            reference: record.reference, secret: record.secret, metadata: metadata)
    }

    /// Merges files as the plan says.
    mutating func merged(
        _ plan: MergePlan, base: SimulatedFile?, ours: SimulatedFile, theirs: SimulatedFile
    ) -> SimulatedFile {
        let merge = Merge(
            base: base?.records, ours: ours.records, theirs: theirs.records,
            prefersOurs: plan.takesHeaderOfOurs)
        var records = Dictionary(
            uniqueKeysWithValues: theirs.records.map { ($0.reference, $0) })
        for change in merge.changes {
            records[change.reference] = change.content.map { content in
                MergeRecord(
                    reference: change.reference, secret: content.secret,
                    metadata: content.metadata)
            }
            guard let content = change.content else { continue }
            let source = content.source.side == .ours ? ours : theirs
            if source[content.source.reference]?.secret != content.secret {
                fault = "a merge names the wrong source of a secret"
            }
        }
        let header = plan.takesHeaderOfOurs ? ours : theirs
        return SimulatedFile(
            state: VaultState(
                id: newDigest(), epoch: header.state.epoch, generation: plan.generation,
                dataKey: header.state.dataKey, lineage: plan.lineage),
            slots: header.slots,
            records: records.values.sorted { $0.reference < $1.reference },
            dropped: merge.dropped)
    }
}
