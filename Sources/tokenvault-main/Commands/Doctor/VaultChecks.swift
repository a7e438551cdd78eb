import Console
import Entries
import Platform
import Sodium
import Vault

/// Checks a vault and its surroundings.
struct VaultChecks {
    let path: String
    /// The options; a path that they name is also part of the remedies.
    let access: VaultAccess
    let world: World

    func run() -> [DoctorCheck] {
        [
            vaultFile(),
            permissions(of: path, atMost: 0o600, subject: "the vault file's permissions"),
            directory(),
        ] + owners() + [
            unlockFiles(), stateDirectory(), highWaterMark(), content(), leftovers(), cost(),
        ]
    }

    /// Runs the checks that do not need the vault's path.
    static func runWithoutPath(in world: World) -> [DoctorCheck] {
        let checks = VaultChecks(path: "", access: VaultAccess(), world: world)
        return [checks.unlockFiles(), checks.stateDirectory()]
    }

    private func vaultFile() -> DoctorCheck {
        let subject = "the vault \(shown(path))"
        do {
            _ = try VaultFile(path: path)
            return DoctorCheck(subject)
        } catch {
            let failure = Failure(error)
            let hint = failure.hint.flatMap { command($0) }
            return DoctorCheck(subject, failure.message.text, remedy: hint ?? remedy(for: error))
        }
    }

    /// Returns a command for this vault, or `nil` if the vault's path cannot be shown as a shell word.
    func command(_ command: CommandText) -> String? {
        let command = command.text
        return command.hasPrefix("tokenvault ") || command.contains(" | tokenvault ")
            ? access.command(command) : command
    }

    /// Returns the remedy for an error whose message has no hint.
    private func remedy(for error: any Error) -> String? {
        guard let path = ShellWord.quoted(path) else { return nil }
        switch error {
        case VaultError.damaged(.notAVault): return "ls -ld \(path)"
        // Only a backup can replace a damaged vault.
        case VaultError.damaged: return "cp BACKUP \(path)"
        default: return "ls -ld \(path)"
        }
    }

    private func permissions(of path: String, atMost allowed: UInt32, subject: String)
        -> DoctorCheck
    {
        guard let status = try? FileStatus(of: path), status.isRegular,
            status.permissions & ~allowed & 0o077 != 0, !Directory.isReadOnly(path)
        else { return DoctorCheck(subject) }
        let digits = String(allowed, radix: 8)
        return DoctorCheck(
            subject, "other users can access it (mode \(String(status.permissions, radix: 8)))",
            remedy: ShellWord.quoted(path).map { "chmod \(digits) \($0)" })
    }

    /// Checks that nobody else can write to the vault's directory, and so replace the vault.
    ///
    /// The sticky bit prevents that in directories such as /tmp. It does no harm that others can read
    /// the directory.
    private func directory() -> DoctorCheck {
        let subject = "the directory's permissions"
        let directory = Directory.parent(of: (try? Directory.resolve(path)) ?? path)
        guard let found = Directory.permissions(of: directory), found & 0o022 != 0,
            found & 0o1000 == 0, !Directory.isReadOnly(directory)
        else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "other users can write to it (mode \(String(found, radix: 8)))",
            remedy: ShellWord.quoted(directory).map { "chmod go-w \($0)" })
    }

    /// Checks for files of other users, such as those created by a command under sudo.
    ///
    /// Such files lock out the vault's user, or someone else controls them.
    private func owners() -> [DoctorCheck] {
        let target = (try? Directory.resolve(path)) ?? path
        let directory = Directory.parent(of: target)
        return [
            access(to: directory, of: target),
            owner(of: [target], subject: "the vault file's owner"),
            locks(["\(target).lock"] + stateFiles.filter { $0.hasSuffix(".lock") }),
            owner(of: stateFiles, subject: "the state directory's owner"),
        ]
    }

    /// Checks that the files at `paths` belong to the user.
    ///
    /// If root runs the check, the user is the owner of each file's directory. On a read-only mount
    /// the owner does not matter: nobody can change anything there.
    func owner(of paths: [String], subject: String, allowsRoot: Bool = false) -> DoctorCheck {
        for path in paths where !Directory.isReadOnly(path) {
            guard let found = try? FileStatus(of: path),
                let directory = try? FileStatus(of: Directory.parent(of: path))
            else { continue }
            let user = ProcessOwner.isRoot ? directory.owner : ProcessOwner.id
            if found.owner == user || (allowsRoot && (ProcessOwner.isRoot || found.owner == 0)) {
                continue
            }
            let command = ProcessOwner.isRoot ? "chown" : "sudo chown"
            return DoctorCheck(
                subject,
                "\(shown(path)) belongs to \(found.owner == 0 ? "root" : "another user (\(found.owner))")",
                remedy: ShellWord.quoted(path).map { "\(command) \(user) \($0)" })
        }
        return DoctorCheck(subject)
    }

    /// The state directory, and the files there that belong to this vault.
    private var stateFiles: [String] {
        guard let directory = world.stateDirectory else { return [] }
        guard let vaultID = try? VaultFile(path: path).header.vaultID else { return [directory] }
        return [directory] + HighWaterMarks(directory: directory) { _ in }.files(of: vaultID)
            + ReportedProblems(of: vaultID, in: directory).files
    }

    /// Checks whether commands would refuse the vault because of its high-water mark.
    private func highWaterMark() -> DoctorCheck {
        let subject = "the high-water mark of the vault"
        guard let directory = world.stateDirectory, let file = try? VaultFile(path: path) else {
            return DoctorCheck(subject)
        }
        do throws(VaultError) {
            try HighWaterMarks(directory: directory) { _ in }.examine(file)
            return DoctorCheck(subject)
        } catch {
            let failure = Failure(error)
            return DoctorCheck(
                subject, failure.message.text, remedy: failure.hint.flatMap { command($0) })
        }
    }

    private func leftovers() -> DoctorCheck {
        let subject = "leftovers of a save that crashed"
        let target = (try? Directory.resolve(path)) ?? path
        let left = FileReplacement.temporaryPath(for: target)
        guard Directory.holdsAnything(at: left) else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "\(shown(left)) is left over; the next save will remove it",
            remedy: ShellWord.quoted(left).map { "rm \($0)" })
    }

    private func cost() -> DoctorCheck {
        let subject = "the key derivation cost"
        guard let cost = try? VaultFile(path: path).header.passphraseSlot.cost else {
            return DoctorCheck(subject)
        }
        let usual = PassphraseKey.Cost.moderate
        guard cost.opslimit < usual.opslimit || cost.memlimitKiB < usual.memlimitKiB else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "it is lower than moderate, the default",
            remedy: command("tokenvault passphrase --kdf moderate"))
    }
}
