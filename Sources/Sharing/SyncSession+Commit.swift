/// Putting a state into the store.
extension SyncSession {
    mutating func prepare(_ candidate: Candidate) -> Step {
        let generation: UInt64 =
            switch candidate {
            case .file: 0
            case .merge(let plan): plan.generation
            case .successor(let generation, _): generation
            }
        guard generation <= Self.lastGeneration else { return finish(.exhausted) }
        phase = .preparing
        return .prepare(candidate)
    }

    func successor(of vault: VaultState) -> Candidate {
        .successor(generation: vault.generation + 1, lineage: vault.successorLineage)
    }

    mutating func nextWhileCommitting(_ event: Event) -> Step {
        switch (phase, event) {
        case (.preparing, .prepared(let state, let parts)):
            candidate = state
            return writePart(0, of: parts)
        case (.writingPart(let number, let count), .done):
            return writePart(number + 1, of: count)
        case (.writingPart, .noAnswer): return retry(after: .noAnswer)
        case (.writingPart, .refused(let refusal)): return refused(refusal)
        case (.committing, .committed(let outcome)): return committed(outcome)
        default: return finish(.failed)
        }
    }

    private mutating func writePart(_ number: Int, of count: Int) -> Step {
        if number < count {
            phase = .writingPart(number, of: count)
            return .writePart(number)
        }
        if let candidate { attempted.append(candidate) }
        phase = .committing
        return .commit(ifRevision: head?.revision ?? 0)
    }

    private mutating func committed(_ outcome: Outcome) -> Step {
        switch outcome {
        case .succeeded:
            headState = candidate
            hasCommitted = true
            attempts = 0
            return enter(.install)
        case .lostRace: return retry(after: .lostRaces)
        // No answer is not "no": the head tells.
        case .unknown: return retry(after: .noAnswer)
        case .refused(let refusal): return refused(refusal)
        }
    }

    private mutating func refused(_ refusal: StoreRefusal) -> Step {
        // An earlier attempt may still arrive.
        guard purpose == .replace, lastFailure != .noAnswer else {
            return finish(.notShared(.refused(refusal)))
        }
        return enter(.unlink(then: .finish(.notShared(.refused(refusal)))))
    }

    /// Reads the head again after a while.
    mutating func retry(after failure: NotShared) -> Step {
        attempts += 1
        if failure == .noAnswer || lastFailure != .noAnswer { lastFailure = failure }
        guard attempts <= Self.attemptLimit else { return finish(.notShared(lastFailure)) }
        phase = .waiting
        return .wait(attempt: attempts)
    }
}
