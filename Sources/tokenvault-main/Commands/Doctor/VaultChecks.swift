import Console
import Entries
import Platform
import Sodium
import Vault

/// Looks at a vault and what is around it.
struct VaultChecks {
    let path: String
    /// The options; a path that one named is named in commands for a remedy too.
    let access: VaultAccess
    let world: World

    func findings() -> [DoctorCheck] {
        [
            vaultFile(),
            permissions(of: path, atMost: 0o600, subject: "the vault file's permissions"),
            directory(),
        ] + owners() + [
            waysIn(), stateDirectory(), newestState(), content(), remains(), cost(),
        ]
    }

    /// What can be looked at where the vault's path is not known.
    static func findings(withoutPathIn world: World) -> [DoctorCheck] {
        let examination = VaultChecks(path: "", access: VaultAccess(), world: world)
        return [examination.waysIn(), examination.stateDirectory()]
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

    /// A command of this program about the vault; nil where its path cannot be shown as a word of one.
    func command(_ command: CommandText) -> String? {
        let command = command.text
        return command.hasPrefix("tokenvault ") || command.contains(" | tokenvault ")
            ? access.command(command) : command
    }

    /// What helps where the error's own words have no hint.
    private func remedy(for error: any Error) -> String? {
        guard let path = ShellWord.quoted(path) else { return nil }
        switch error {
        case VaultError.damaged(.notAVault): return "ls -ld \(path)"
        // Nothing but a copy of before brings a damaged vault back.
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
            subject, "others can get at it (\(String(status.permissions, radix: 8)))",
            remedy: ShellWord.quoted(path).map { "chmod \(digits) \($0)" })
    }

    /// Who may write the directory can put another file in the vault's place, unless it is one like
    /// /tmp, where all keep to their own files (the sticky bit).
    ///
    /// That others may read it is no harm.
    private func directory() -> DoctorCheck {
        let subject = "the directory's permissions"
        let directory = Directory.parent(of: (try? Directory.resolve(path)) ?? path)
        guard let found = Directory.permissions(of: directory), found & 0o022 != 0,
            found & 0o1000 == 0, !Directory.isReadOnly(directory)
        else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "others can write into it (\(String(found, radix: 8)))",
            remedy: ShellWord.quoted(directory).map { "chmod go-w \($0)" })
    }

    /// What belongs to somebody else, as after a command under sudo, locks its user out or is in that
    /// person's hands.
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

    /// Root looks at what it finds for the user whose directory that is in.
    ///
    /// On a read-only mount nobody changes anything, or is locked out of that.
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

    /// The directory of the marks, and those of this vault.
    private var stateFiles: [String] {
        guard let directory = world.markDirectory else { return [] }
        guard let vaultID = try? VaultFile(path: path).header.vaultID else { return [directory] }
        return [directory] + HighWaterMarks(directory: directory) { _ in }.files(of: vaultID)
    }

    /// What every command would refuse the vault for.
    private func newestState() -> DoctorCheck {
        let subject = "the newest state of the vault seen here"
        guard let directory = world.markDirectory, let file = try? VaultFile(path: path) else {
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

    private func remains() -> DoctorCheck {
        let subject = "remains of a save that crashed"
        let target = (try? Directory.resolve(path)) ?? path
        let left = FileReplacement.temporaryPath(for: target)
        guard Directory.holdsAnything(at: left) else { return DoctorCheck(subject) }
        return DoctorCheck(
            subject, "\(shown(left)) is left over; the next save removes it",
            remedy: ShellWord.quoted(left).map { "rm \($0)" })
    }

    private func cost() -> DoctorCheck {
        let subject = "the cost of guessing the passphrase"
        guard let cost = try? VaultFile(path: path).header.passphraseSlot.cost else {
            return DoctorCheck(subject)
        }
        let usual = PassphraseKey.Cost.moderate
        guard cost.opslimit < usual.opslimit || cost.memlimitKiB < usual.memlimitKiB else {
            return DoctorCheck(subject)
        }
        return DoctorCheck(
            subject, "it is below libsodium's moderate",
            remedy: command("tokenvault passphrase --kdf moderate"))
    }
}
