import Sharing
import Vault

/// A machine: the files of its copy of the vault, its mark, and the locks on them.
struct SimulatedMachine {
    let number: Int
    var vault: SimulatedFile
    var ahead: SimulatedFile?
    var sent: SimulatedFile?
    var mark: HighWaterMarks.State?
    /// The processes that hold `<vault>.lock` and `<vault>.sync.lock`.
    var fileLock: Int?
    var committerLock: Int?
    /// How wrong its clock is, in seconds.
    let clockError: Int64
    /// Whether its key was removed from the vault, as far as the store knows.
    var isRemoved = false
    /// What the next session has to be.
    var purpose = SyncSession.Purpose.sync
    /// Secrets that were stored here.
    var added: Set<Digest> = []

    init(number: Int, vault: SimulatedFile, clockError: Int64) {
        self.number = number
        self.vault = vault
        self.clockError = clockError
    }

    var view: LocalView {
        LocalView(vault: vault.state, ahead: ahead?.state, sent: sent?.state)
    }

    func file(_ file: LocalFile) -> SimulatedFile? {
        switch file {
        case .vault: vault
        case .ahead: ahead
        case .sent: sent
        }
    }

    /// Raises the mark to the vault; it never sinks.
    mutating func raiseMark() { raiseMark(to: vault.mark) }

    mutating func raiseMark(to state: HighWaterMarks.State) {
        if mark.map({ state.isNewer(than: $0) }) ?? true { mark = state }
    }

    /// What happens to the locks of a process that ends or is killed.
    mutating func releaseLocks(of process: Int) {
        if fileLock == process { fileLock = nil }
        if committerLock == process { committerLock = nil }
    }
}
