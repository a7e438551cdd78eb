import Sharing
import Vault

/// A process on a machine, which takes one step at a time and can be killed between any two.
struct SimulatedProcess {
    let number: Int
    let machine: Int
    var work: Work
    /// Whether it is slow, so that much happens between two of its steps.
    var isSlow: Bool { number % 4 == 0 }

    enum Work {
        case change(ChangeSession, next: ChangeSession.Step)
        case sync(Committer)
        case read(Reader)
    }

    /// A process that holds, or waits for, the committer's lock.
    struct Committer {
        var session: SyncSession
        var next: SyncSession.Step?
        /// The head as it was read, or what was committed.
        var head: SimulatedFile?
        var headParts: [PartName] = []
        var candidate: SimulatedFile?
        var candidateParts: [PartName] = []
        /// What was tried to commit.
        var attempted: [VaultState] = []
        /// What the store was when the head was read.
        var incarnation = 0
        /// What to replace the vault with.
        var replacement: Replacement?
    }

    /// What a command that needs the store does.
    enum Replacement {
        case removeKey(of: Int)
        case newSecret
    }

    /// A process that reads without a lock.
    struct Reader {
        enum Step {
            case markFirst, ahead, vault, mark, aheadAgain, raise
        }

        var next = Step.ahead
        var isSecondLook = false
        var ahead: SimulatedFile?
        var vault: SimulatedFile?
        var mark: HighWaterMarks.State?
        /// What was stored on this machine before it looked.
        var expected: Set<Digest> = []
    }
}
