/// Brings a vault on this machine and its head in the store together.
///
/// A session is a value: it does nothing by itself, but says which step is next after what happened.
/// Whoever makes the steps holds the committer's lock, `<vault>.sync.lock`, from the first step to
/// the last, and can be killed between any two of them.
package struct SyncSession: Sendable {
    /// What a session is for.
    package enum Purpose: Equatable, Sendable {
        /// Commits what is ahead, or takes what is new.
        case sync
        /// Puts this machine's state onto a head that was put back, belongs to another line, is
        /// damaged or gone.
        case restore
        /// The first contact, with which both copies keep what they have.
        case join
        /// Commits a state that the caller makes of the vault: other slots, or another app secret.
        case replace
    }

    /// How often a session tries to commit before it gives up.
    package static let attemptLimit = 10
    /// The last generation of a shared vault: no honest one gets there, and it leaves room for as
    /// many changes again.
    package static let lastGeneration: UInt64 = 1 << 62
    /// How often the parts of one and the same head may be missing before they are given up.
    static let incompleteReadLimit = 3
    /// How often it begins again because something else was ahead meanwhile.
    private static let roundLimit = 100

    let purpose: Purpose
    var phase = Phase.start
    /// The files as of the last look.
    var view: LocalView?
    /// The head in the store as of the last read, and the state that it holds.
    var head: Head?
    var headState: VaultState?
    /// The vault at the time of the decision what to do with the head.
    var decidedOn: Digest?
    /// Whether the files were brought into order since the mark was last raised.
    private var hasSettled = false
    private var afterUnlinking = Continuation.begin
    private var rounds = 0
    private var hasPulled = false
    var hasCommitted = false
    /// What is being put into the store.
    var candidate: VaultState?
    /// What this session tried to put into the store, of which anything may still arrive.
    var attempted: [VaultState] = []
    var attempts = 0
    /// The head whose parts were missing, and how often.
    var incompleteRevision: Int64?
    var incompleteReads = 0
    /// Why the last attempt did not succeed.
    var lastFailure = NotShared.lostRaces

    package init(_ purpose: Purpose) {
        self.purpose = purpose
    }

    /// Where a session is: what the next event answers.
    enum Phase: Equatable {
        case start
        case locking(Section)
        case looking(Section)
        case settling(Section)
        case raisingMark(Section)
        case linking
        case installing
        case unlinking
        case unlocking(then: Continuation)
        case readingHead
        case readingPart(Int)
        case openingHead
        case preparing
        case writingPart(Int, of: Int)
        case committing
        case waiting
        case finished
    }

    /// What is done while the lock of the files is held.
    enum Section: Equatable {
        case begin
        case linkVault
        case install
        case unlink(then: Continuation)
    }

    /// What is done after the lock of the files is released.
    enum Continuation: Equatable {
        case begin
        case readHead
        case prepare(Candidate)
        case finish(Result)
    }

    /// The first step.
    package mutating func start() -> Step { enter(.begin) }

    /// Returns the step after what happened.
    package mutating func next(_ event: Event) -> Step {
        switch phase {
        case .start: return start()
        case .locking(let section): return look(in: section)
        case .looking(let section):
            guard case .looked(let view) = event else { return unlock(then: .finish(.failed)) }
            self.view = view
            return settle(view, in: section)
        case .settling(let section):
            hasSettled = true
            return look(in: section)
        case .raisingMark(let section):
            hasSettled = false
            return act(in: section)
        case .linking:
            return linked()
        case .installing:
            return look(in: .install)
        case .unlinking:
            view?.sent = nil
            return unlock(then: afterUnlinking)
        case .unlocking(let continuation): return follow(continuation)
        case .readingHead, .readingPart, .openingHead: return nextWhileReading(event)
        case .preparing, .writingPart, .committing: return nextWhileCommitting(event)
        case .waiting: return readHead()
        case .finished: return .finished(.failed)
        }
    }

    /// Ends the session because the candidate could not be prepared.
    ///
    /// A change of keys leaves nothing behind if the store cannot have it.
    package mutating func abandon() -> Step {
        guard purpose == .replace, attempted.isEmpty else { return finish(.failed) }
        return enter(.unlink(then: .finish(.failed)))
    }

    // MARK: Under the lock of the files

    mutating func enter(_ section: Section) -> Step {
        phase = .locking(section)
        return .lock
    }

    private mutating func look(in section: Section) -> Step {
        phase = .looking(section)
        return .look
    }

    private mutating func settle(_ view: LocalView, in section: Section) -> Step {
        let isInstalled = section == .install && view.vault.id == headState?.id
        if section == .install, !isInstalled { return install(view) }
        if let step = view.settlingStep(isConfirmed: isInstalled) {
            phase = .settling(section)
            return .settle(step)
        }
        if hasSettled || isInstalled {
            phase = .raisingMark(section)
            return .raiseMark
        }
        return act(in: section)
    }

    /// Goes on once the files are in order.
    private mutating func act(in section: Section) -> Step {
        guard let view else { return unlock(then: .finish(.failed)) }
        switch section {
        case .begin:
            if purpose == .replace {
                let isWaiting = view.ahead != nil || view.sent != nil
                return unlock(then: isWaiting ? .finish(.aheadWaiting) : .readHead)
            }
            guard view.sent == nil, view.ahead != nil else { return unlock(then: .readHead) }
            phase = .linking
            return .link(.ahead)
        case .linkVault:
            if view.ahead != nil || view.sent != nil { return unlock(then: .finish(.aheadWaiting)) }
            guard view.vault.id == headState?.id else { return unlock(then: .begin) }
            phase = .linking
            return .link(.vault)
        case .install:
            guard purpose != .replace else { return unlock(then: .finish(.replaced)) }
            return unlock(
                then: view.ahead == nil
                    ? .finish(.shared(pulled: hasPulled, committed: hasCommitted)) : .begin)
        case .unlink(let continuation):
            guard view.sent != nil else { return unlock(then: continuation) }
            phase = .unlinking
            afterUnlinking = continuation
            return .settle(.removeSent)
        }
    }

    private mutating func linked() -> Step {
        guard let view else { return unlock(then: .finish(.failed)) }
        if purpose == .replace {
            self.view?.sent = view.vault
            return unlock(then: .prepare(successor(of: view.vault)))
        }
        self.view?.sent = view.ahead
        return unlock(then: .readHead)
    }

    /// Replaces the vault by the head, which contains what was sent from here, if anything was.
    private mutating func install(_ view: LocalView) -> Step {
        guard let headState else { return unlock(then: .finish(.failed)) }
        // Nothing is pulled over a vault while something is ahead: that is committed first.
        guard view.sent.map(headState.contains) ?? (view.ahead == nil) else {
            return unlock(then: .begin)
        }
        // A program that does not know of sharing may have saved.
        guard view.vault.id == decidedOn else { return unlock(then: .begin) }
        phase = .installing
        if !hasCommitted, view.sent?.id != headState.id { hasPulled = true }
        return view.ahead?.id == headState.id ? .renameAhead : .install
    }

    mutating func unlock(then continuation: Continuation) -> Step {
        phase = .unlocking(then: continuation)
        return .unlock
    }

    private mutating func follow(_ continuation: Continuation) -> Step {
        switch continuation {
        case .begin:
            rounds += 1
            guard rounds < Self.roundLimit else { return finish(.notShared(.busy)) }
            return enter(.begin)
        case .readHead: return readHead()
        case .prepare(let candidate): return prepare(candidate)
        case .finish(let result): return finish(result)
        }
    }

    mutating func finish(_ result: Result) -> Step {
        phase = .finished
        return .finished(result)
    }
}
