import Console
import Entries
import Platform
import Sodium

/// Looks at what this machine does for secrets, whichever the vault.
struct MachineChecks {
    /// Memory for the secrets of a large list of pages, in bytes.
    private static let wantedLockableBytes = 1_048_576

    func findings() -> [DoctorCheck] {
        [lockableMemory(), lockedMemory(), ownCoreDumps(), otherCoreDumps(), keyring()]
    }

    private func lockableMemory() -> DoctorCheck {
        let subject = "the limit of locked memory"
        guard let limit = CurrentProcess.lockableBytes, limit < Self.wantedLockableBytes else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "only \(limit / 1024) KiB may be locked, so secrets may be swapped",
            remedy: "ulimit -l \(Self.wantedLockableBytes / 1024)")
    }

    private func lockedMemory() -> DoctorCheck {
        let subject = "locking memory"
        let probe = Secret.random(count: 32)
        guard probe.count == 32, Libsodium.unlockedBytes > 0 else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "the kernel does not lock memory, so secrets may be swapped",
            remedy: "ulimit -l unlimited")
    }

    private func ownCoreDumps() -> DoctorCheck {
        let subject = "core dumps of this program"
        guard !CurrentProcess.leavesNoCoreDump else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "the kernel did not switch them off, so a crash may leave secrets on the disk",
            remedy: "ulimit -c 0")
    }

    /// A program that was given tokens leaves them in its dump, and a collector keeps its environment
    /// too, whatever the limit.
    private func otherCoreDumps() -> DoctorCheck {
        let subject = "core dumps of programs that are given tokens"
        if let collector = CurrentProcess.coreDumpCollector {
            return DoctorCheck(
                subject,
                "when one crashes, \(DisplayText.clean(collector)) gets its memory and environment",
                remedy: "sudo sysctl -w kernel.core_pattern=core")
        }
        guard CurrentProcess.successorsMayDumpCore else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "when one crashes, its memory is left in a file", remedy: "ulimit -c 0")
    }

    private func keyring() -> DoctorCheck {
        let subject = "the kernel's keyring, for unlock"
        do throws(SessionKeyring.Refused) {
            try SessionKeyring.probe(description: "tokenvault:doctor")
            return DoctorCheck(subject)
        } catch {
            let failure = error.failure
            return DoctorCheck(subject, failure.message.text, remedy: failure.hint?.text)
        }
    }
}
