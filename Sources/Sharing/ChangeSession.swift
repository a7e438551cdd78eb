/// A change on this machine, which needs no network: it makes a new `.ahead`.
///
/// The steps are made under the lock of the vault's files, and each one is durable before the next.
package struct ChangeSession: Sendable {
    /// What to do next.
    package enum Step: Equatable, Sendable {
        case lock
        case look
        case settle(SettlingStep)
        case raiseMark
        /// Changes a file and writes the result as `.ahead`, with this generation and lineage.
        case write(of: LocalFile, generation: UInt64, lineage: Lineage)
        case unlock
        case finished
    }

    /// What happened.
    package enum Event: Equatable, Sendable {
        case done
        case looked(LocalView)
    }

    private var hasSettled = false
    private var view: LocalView?
    private var last = Step.lock

    package init() {}

    /// The first step.
    package var start: Step { .lock }

    /// Returns the step after what happened.
    package mutating func next(_ event: Event) -> Step {
        last = following(event)
        return last
    }

    private mutating func following(_ event: Event) -> Step {
        switch (last, event) {
        case (.lock, _): return .look
        case (.settle, _):
            hasSettled = true
            return .look
        case (.look, .looked(let view)):
            self.view = view
            if let step = view.settlingStep(isConfirmed: false) { return .settle(step) }
            return hasSettled ? .raiseMark : Self.write(view)
        case (.raiseMark, _):
            guard let view else { return .unlock }
            return Self.write(view)
        case (.write, _), (.look, .done): return .unlock
        case (.unlock, _), (.finished, _): return .finished
        }
    }

    private static func write(_ view: LocalView) -> Step {
        guard let ahead = view.ahead else {
            return .write(
                of: .vault, generation: view.vault.generation + 1,
                lineage: view.vault.successorLineage)
        }
        // What was sent may become the head as it is. Then this change was made from it.
        let isSent = view.sent?.id == ahead.id
        return .write(
            of: .ahead, generation: ahead.generation + 1,
            lineage: isSent ? ahead.successorLineage : ahead.lineage)
    }
}
