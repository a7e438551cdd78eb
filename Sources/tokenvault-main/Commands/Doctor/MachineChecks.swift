import Console
import Entries
import Platform
import Sodium

/// Checks how this machine protects secrets, whichever vault is used.
struct MachineChecks {
    /// The memory that the secrets of a long list of pages need, in bytes.
    private static let wantedLockableBytes = 1_048_576

    func run() -> [DoctorCheck] {
        [lockableMemory(), lockedMemory(), ownCoreDumps(), otherCoreDumps(), keyring()]
    }

    private func lockableMemory() -> DoctorCheck {
        let subject = "the limit for locked memory"
        guard let limit = CurrentProcess.lockableBytes, limit < Self.wantedLockableBytes else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "only \(limit / 1024) KiB can be locked, so secrets may be swapped to disk",
            remedy: "ulimit -l \(Self.wantedLockableBytes / 1024)")
    }

    private func lockedMemory() -> DoctorCheck {
        let subject = "locking memory"
        let probe = Secret.random(count: 32)
        guard probe.count == 32, Libsodium.unlockedBytes > 0 else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "the kernel does not lock memory, so secrets may be swapped to disk",
            remedy: "ulimit -l unlimited")
    }

    private func ownCoreDumps() -> DoctorCheck {
        let subject = "core dumps of this program"
        guard !CurrentProcess.leavesNoCoreDump else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "the kernel did not turn them off, so a crash may leave secrets on the disk",
            remedy: "ulimit -c 0")
    }

    /// Checks whether a crash of a program that gets tokens would leave them in a core dump.
    ///
    /// A collector also gets the environment, whatever the limit for core dumps.
    private func otherCoreDumps() -> DoctorCheck {
        let subject = "core dumps of programs that get tokens"
        if let collector = CurrentProcess.coreDumpCollector {
            return DoctorCheck(
                subject,
                "if one crashes, \(DisplayText.clean(collector)) gets its memory and environment",
                remedy: "sudo sysctl -w kernel.core_pattern=core")
        }
        guard CurrentProcess.successorsMayDumpCore else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "if one crashes, its memory is written to a file", remedy: "ulimit -c 0")
    }

    private func keyring() -> DoctorCheck {
        let subject = "the kernel keyring, for unlock"
        do throws(SessionKeyring.Refused) {
            try SessionKeyring.probe(description: "tokenvault:doctor")
            return DoctorCheck(subject)
        } catch {
            let failure = error.failure
            return DoctorCheck(subject, failure.message.text, remedy: failure.hint?.text)
        }
    }
}
