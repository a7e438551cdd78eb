import Sharing
import Vault

/// What became of every secret, as far as those know who made the changes.
struct Ledger {
    init(letsStrangersIn: Bool) {
        self.letsStrangersIn = letsStrangersIn
    }

    private struct Account {
        let machine: Int
        /// Whether the machine that stored it could still bring it in.
        var isStranded = false
        var isRemoved = false
        /// Whether a machine removed it whose key was removed too, so that this may be lost.
        var isPerhapsRemoved = false
        var isDropped = false
        /// Whether only the store had it, and nobody was told that it has.
        var isUnacknowledged = false
        var checkedAt: Int64 = 0
    }

    private var accounts: [Digest: Account] = [:]
    /// Whether a store that was put back lets in machines whose key was removed.
    let letsStrangersIn: Bool
    /// Machines whose key was removed.
    var strangers: Set<Int> = []

    /// Records a change.
    ///
    /// - Parameter isAcknowledged: Whether the change is on the disk of its machine, or a store that
    ///   is never put back has it.
    mutating func record(_ effect: Effect, isAcknowledged: Bool = true) {
        let isStranger = strangers.contains(effect.machine)
        for secret in effect.added {
            accounts[secret] = Account(
                machine: effect.machine, isStranded: isStranger && !letsStrangersIn,
                isUnacknowledged: !isAcknowledged)
        }
        for secret in effect.removed {
            if isStranger {
                accounts[secret]?.isPerhapsRemoved = true
            } else {
                accounts[secret]?.isRemoved = true
            }
        }
        for (secret, moment) in effect.checked where !isStranger {
            let last = accounts[secret]?.checkedAt ?? 0
            accounts[secret]?.checkedAt = max(last, moment)
        }
        removals[effect.machine, default: []] += effect.removed
    }

    /// What each machine removed.
    private var removals: [Int: [Digest]] = [:]

    /// Records secrets for which a merge had no place.
    mutating func drop(_ secrets: [Digest]) {
        for secret in secrets { accounts[secret]?.isDropped = true }
    }

    /// Records that somebody was told of these secrets.
    mutating func acknowledge(_ secrets: [Digest]) {
        for secret in secrets { accounts[secret]?.isUnacknowledged = false }
    }

    /// Records that a machine's key was removed: what it did not bring in is not expected.
    mutating func removeKey(of machine: Int) {
        strangers.insert(machine)
        for secret in removals[machine] ?? [] { accounts[secret]?.isPerhapsRemoved = true }
    }

    /// Returns whether a reader has to find a secret that was stored on the same machine.
    func mustStay(_ secret: Digest) -> Bool {
        accounts[secret].map { !$0.isRemoved && !$0.isPerhapsRemoved && !$0.isDropped } ?? false
    }

    /// Returns what is wrong with what is left at the end, or `nil` if nothing is.
    ///
    /// - Parameter mayReturn: Whether removed secrets may be back, as after a merge without a base.
    func fault(in file: SimulatedFile, mayReturn: Bool) -> String? {
        let left = Set(file.records.map(\.secret))
        for (secret, account) in accounts {
            let isPresent = left.contains(secret)
            let isOptional =
                account.isDropped || account.isPerhapsRemoved || account.isUnacknowledged
            if isPresent, account.isStranded { return "\(secret.text) is from a removed machine" }
            if isPresent, account.isRemoved, !isOptional, !mayReturn {
                return "\(secret.text) was removed, and is back"
            }
            let mayBeMissing =
                account.isRemoved || isOptional || strangers.contains(account.machine)
            if !isPresent, !mayBeMissing { return "\(secret.text) is lost" }
        }
        for record in file.records {
            guard let account = accounts[record.secret] else {
                return "\(record.secret.text) was never stored"
            }
            let checkedAt = record.metadata.checkedAt?.seconds ?? 0
            let isBack = account.isRemoved || account.isDropped
            if checkedAt < account.checkedAt, strangers.isEmpty, !isBack {
                return "\(record.secret.text) was checked at \(account.checkedAt), not \(checkedAt)"
            }
        }
        return nil
    }
}
