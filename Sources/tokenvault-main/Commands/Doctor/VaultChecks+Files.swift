import Console
import Platform
import Vault

/// The home directory, where none is known.
enum HomeRemedy {
    static let command = "export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: -f6)\""
}

extension VaultChecks {
    /// Locks of the vault and of its mark that no command can take.
    ///
    /// One that its own user may not open, as an earlier version made it under some umasks, locks that
    /// user out too.
    func locks(_ paths: [String]) -> DoctorCheck {
        let subject = "the lock file"
        let finding = owner(of: Array(paths.prefix(1)), subject: subject)
        if !finding.isWell { return finding }
        for path in paths {
            guard let status = try? FileStatus(ofEntry: path) else { continue }
            if !status.isRegular {
                return DoctorCheck(
                    subject, "\(shown(path)) is not a regular file",
                    remedy: ShellWord.quoted(path).map { "mv \($0) \($0).old" })
            }
            if status.permissions & 0o600 != 0o600 {
                return DoctorCheck(
                    subject, "its user cannot open it (\(String(status.permissions, radix: 8)))",
                    remedy: ShellWord.quoted(path).map { "chmod 600 \($0)" })
            }
        }
        return DoctorCheck(subject)
    }

    /// The first of the files that the environment names to unlock with which commands would refuse.
    func waysIn() -> DoctorCheck {
        let subject = "the files to unlock with"
        let unlocking = Unlocking(access, world: world)
        for named in unlocking.firstOfEnvironment {
            do {
                if let key = try unlocking.examine(named) { try refuseForeign(key) }
            } catch {
                let failure = Failure(error)
                let reset = "unset \(named.variable ?? "")"
                // A path that only a shell knows leads to no file.
                guard named.isFile, failure.status != .usage else {
                    return DoctorCheck(subject, failure.message.text, remedy: reset)
                }
                let path = (try? world.path(named.value)) ?? named.value
                return DoctorCheck(
                    subject, failure.message.text,
                    remedy: failure.hint.flatMap { command($0) }
                        ?? ShellWord.quoted(path).map { "ls -ld \($0)" })
            }
        }
        return DoctorCheck(subject)
    }

    /// Throws what keeps a machine key from opening the vault, if it is that key's fault.
    private func refuseForeign(_ key: MachineKey) throws {
        guard let file = try? VaultFile(path: path) else { return }
        do {
            _ = try file.unlock(with: .machineKey(key))
        } catch VaultError.wrongMachineKey(let refusal) {
            throw VaultError.wrongMachineKey(refusal)
        } catch {
            // Another check's matter.
        }
    }

    /// What every reader finds of the content, where a key is there without asking.
    func content() -> DoctorCheck {
        let subject = "the vault's content"
        guard let file = try? VaultFile(path: path) else { return DoctorCheck(subject) }
        do {
            guard let key = try Unlocking(access, world: world).keyWithoutAsking(for: file) else {
                return DoctorCheck(subject)
            }
            try file.unlock(with: key).forEachRecord { _ in }
        } catch VaultError.damaged(let damage) {
            let failure = Failure(VaultError.damaged(damage))
            return DoctorCheck(
                subject, failure.message.text,
                remedy: ShellWord.quoted(path).map { "cp BACKUP \($0)" })
        } catch {
            // Another check's matter.
        }
        return DoctorCheck(subject)
    }

    /// Whether the user can search the directories above the vault, and save in its own.
    func access(to directory: String, of target: String) -> DoctorCheck {
        let subject = "the directory's owner"
        // Where nothing can be seen, one above may not be searched.
        var searched = directory
        if Directory.presence(at: target) == nil {
            while Directory.presence(at: searched) == nil,
                Directory.parent(of: searched) != searched
            {
                searched = Directory.parent(of: searched)
            }
        }
        let isSaving = searched == directory
        guard !Directory.isReadOnly(searched), !ProcessOwner.isRoot,
            !Directory.isAccessible(searched, forWriting: isSaving),
            let status = try? FileStatus(of: searched), status.isDirectory
        else { return DoctorCheck(subject) }
        let isOurs = status.owner == ProcessOwner.id
        let what =
            isSaving && Directory.isAccessible(searched, forWriting: false)
            ? "nothing can be saved in" : "nothing can be found in"
        let whose =
            isOurs
            ? "which lets its owner not do that"
            : status.owner == 0
                ? "which belongs to root" : "which belongs to another user (\(status.owner))"
        return DoctorCheck(
            subject, "\(what) \(shown(searched)), \(whose)",
            remedy: ShellWord.quoted(searched).map {
                isOurs ? "chmod 700 \($0)" : "sudo chown \(ProcessOwner.id) \($0)"
            })
    }

    /// Where commands keep the marks, without which an older vault is not noticed.
    ///
    /// Only trying tells whether it can be made and written; nothing of that stays.
    func stateDirectory() -> DoctorCheck {
        let subject = "the state directory"
        guard let directory = world.markDirectory else {
            return DoctorCheck(
                subject, "no rollback mark is kept: HOME is not set", remedy: HomeRemedy.command)
        }
        let missing = missingDirectories(on: directory)
        defer { for path in missing { Directory.removeEmpty(path) } }
        do throws(SystemCallFailure) {
            try Directory.create(directory)
            if let found = Directory.permissions(of: directory), found & 0o022 != 0 {
                return DoctorCheck(
                    subject, "others can write into it (\(String(found, radix: 8)))",
                    remedy: ShellWord.quoted(directory).map { "chmod go-w \($0)" })
            }
            let probe = "\(directory)/.doctor"
            Directory.remove(probe)
            _ = try File(creating: probe)
            Directory.remove(probe)
            return DoctorCheck(subject)
        } catch {
            // Another `doctor` at the same time.
            if error.isExisting { return DoctorCheck(subject) }
            return DoctorCheck(
                subject, "no rollback mark is kept: \(Failure(error).message)",
                remedy: remedy(forDirectory: missing.last.map(Directory.parent) ?? directory))
        }
    }

    /// Those of `path` and the directories above it that do not exist, the deepest first.
    private func missingDirectories(on path: String) -> [String] {
        var missing: [String] = []
        var path = path
        while !Directory.holdsAnything(at: path), Directory.parent(of: path) != path {
            missing.append(path)
            path = Directory.parent(of: path)
        }
        return missing
    }

    /// What makes marks possible where `directory`, the last one that exists, does not let them be.
    private func remedy(forDirectory directory: String) -> String? {
        if world.variable("XDG_STATE_HOME")?.hasPrefix("/") == true {
            return "unset XDG_STATE_HOME"
        }
        guard let word = ShellWord.quoted(directory) else { return nil }
        guard Directory.holdsAnything(at: "\(directory)/"),
            let status = try? FileStatus(of: directory)
        else { return "mv \(word) \(word).old" }
        if !ProcessOwner.isRoot, status.owner != ProcessOwner.id {
            return "sudo chown \(ProcessOwner.id) \(word)"
        }
        return status.permissions & 0o300 != 0o300 ? "chmod 700 \(word)" : "ls -ld \(word)"
    }
}
