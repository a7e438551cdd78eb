extension SyncSession {
    /// What to do next.
    ///
    /// A step that changes a file is durable before the next step.
    package enum Step: Equatable, Sendable {
        /// Takes the lock of the vault's files, which is not held while the network is waited for.
        case lock
        case unlock
        /// Opens the vault, `.ahead` and `.sent`.
        case look
        case settle(SettlingStep)
        /// Makes `.sent` a second name of this file.
        case link(LocalFile)
        /// Renames `.ahead` to the vault: it is the head.
        case renameAhead
        /// Replaces the vault by the head, as it was read or committed.
        case install
        /// Raises the high-water mark to the vault.
        case raiseMark
        /// Reads the head, linearizably.
        case readHead
        /// Reads a part as it was at this revision.
        case readPart(PartName, at: Int64)
        /// Checks the head against its line and its MAC, and opens it.
        case openHead
        /// Makes what to commit, in memory, and the name for its set of parts.
        case prepare(Candidate)
        /// Writes a part of what was prepared.
        case writePart(Int)
        /// Replaces the head by what was prepared, if its revision is still this.
        case commit(ifRevision: Int64)
        /// Waits for a random time, longer with each attempt.
        case wait(attempt: Int)
        case finished(Result)
    }

    /// What happened in a step.
    package enum Event: Equatable, Sendable {
        case done
        case looked(LocalView)
        /// The head, or `nil` if there is none.
        case head(Head?)
        /// Whether the part was there.
        case part(isPresent: Bool)
        /// The head was opened.
        case opened(VaultState)
        /// The head cannot be used.
        case unusable(UnusableHead)
        /// What to commit, and the number of parts that do not fit into the head.
        case prepared(VaultState, parts: Int)
        case committed(Outcome)
        /// There was no answer to a request that reads or writes a part.
        case noAnswer
        /// The store refused that request.
        case refused(StoreRefusal)
    }

    /// What the store answered to a transaction.
    package enum Outcome: Equatable, Sendable {
        case succeeded(revision: Int64)
        case lostRace
        case unknown
        case refused(StoreRefusal)
    }

    /// The key of a head, without the file.
    package struct Head: Equatable, Sendable {
        /// The revision that a transaction compares.
        package let revision: Int64
        /// The revision at which to read the parts.
        package let readRevision: Int64
        /// The names of the parts, which are empty if the file is in the head itself.
        package let parts: [PartName]

        package init(revision: Int64, readRevision: Int64, parts: [PartName]) {
            self.revision = revision
            self.readRevision = readRevision
            self.parts = parts
        }
    }

    /// What to commit.
    package enum Candidate: Equatable, Sendable {
        /// A file as it is.
        case file(LocalFile)
        case merge(MergePlan)
        /// What the caller makes of the vault.
        case successor(generation: UInt64, lineage: Lineage)
    }

    /// Why a head cannot be used.
    package enum UnusableHead: Equatable, Sendable {
        /// No key here opens it: the passphrase changed, or the key of this machine was removed.
        case locked
        /// It is damaged, or not a head at all.
        case damaged
        /// A later version of the program wrote it.
        case laterFormat
    }

    /// How a session ends.
    package enum Result: Equatable, Sendable {
        /// The vault here is the head, and nothing is ahead.
        case shared(pulled: Bool, committed: Bool)
        /// What the caller made of the vault is the head.
        case replaced
        case notShared(NotShared)
        /// The head was put back, or belongs to another line.
        case rollback(StoreRollback)
        /// There is no head, though there was one.
        case headGone
        case unusable(UnusableHead)
        /// Both have the same number of the epoch, but different data keys.
        case forkedEpochs
        /// `replace` needs that nothing is ahead.
        case aheadWaiting
        /// `replace` needs the newest vault; somebody else committed one.
        case behind
        /// A counter is at its maximum.
        case exhausted
        /// The driver answered a step with the wrong event: a bug.
        case failed
    }

    /// Why something is not shared yet.
    package enum NotShared: Equatable, Sendable {
        /// Others committed first, again and again.
        case lostRaces
        /// The store did not answer; it may have committed.
        case noAnswer
        /// The store refused.
        case refused(StoreRefusal)
        /// Processes here made changes faster than they were committed.
        case busy
    }
}
