import Platform
import Sodium

/// Looks at what this machine does for secrets, whichever the vault.
struct MachineExamination {
    /// Memory for the secrets of a large list of pages, in bytes.
    private static let wantedLockableBytes = 1_048_576

    func findings() -> [Finding] {
        [lockableMemory(), lockedMemory(), ownCoreDumps(), otherCoreDumps(), keyring()]
    }

    private func lockableMemory() -> Finding {
        let subject = "the limit of locked memory"
        guard let limit = ProcessLimits.lockableBytes, limit < Self.wantedLockableBytes else {
            return Finding(subject)
        }
        return Finding(
            subject, "only \(limit / 1024) KiB may be locked, so secrets may be swapped",
            remedy: "ulimit -l \(Self.wantedLockableBytes / 1024)")
    }

    private func lockedMemory() -> Finding {
        let subject = "locking memory"
        let probe = Secret.random(count: 32)
        guard probe.count == 32, Libsodium.unlockedBytes > 0 else { return Finding(subject) }
        return Finding(
            subject, "the kernel does not lock memory, so secrets may be swapped",
            remedy: "ulimit -l unlimited")
    }

    private func ownCoreDumps() -> Finding {
        let subject = "core dumps of this program"
        guard !CoreDumps.areOff else { return Finding(subject) }
        return Finding(
            subject, "the kernel did not switch them off, so a crash may leave secrets on the disk",
            remedy: "ulimit -c 0")
    }

    /// A program that was given tokens leaves them in its dump, and a collector keeps its environment
    /// too, whatever the limit.
    private func otherCoreDumps() -> Finding {
        let subject = "core dumps of programs that are given tokens"
        if let collector = CoreDumps.collector {
            return Finding(
                subject,
                "when one crashes, \(DisplayText.clean(collector)) gets its memory and environment",
                remedy: "sudo sysctl -w kernel.core_pattern=core")
        }
        guard CoreDumps.areAllowedToSuccessors else { return Finding(subject) }
        return Finding(
            subject, "when one crashes, its memory is left in a file", remedy: "ulimit -c 0")
    }

    private func keyring() -> Finding {
        let subject = "the kernel's keyring, for unlock"
        do throws(SessionKeyring.Refused) {
            try SessionKeyring.probe(description: "tokenvault:doctor")
            return Finding(subject)
        } catch {
            let failure = error.failure
            return Finding(subject, failure.message, remedy: failure.hint)
        }
    }
}
