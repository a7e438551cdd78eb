import Console
import Platform
import Vault

/// The remedy for an unknown home directory.
enum HomeRemedy {
    static let command = "export HOME=\"$(getent passwd \"$(id -u)\" | cut -d: -f6)\""
}

extension VaultChecks {
    /// Checks that commands can take the locks of the vault and its high-water mark.
    ///
    /// Under some umasks, an earlier version created locks that their own owner may not open.
    func locks(_ paths: [String]) -> DoctorCheck {
        let subject = "the lock file"
        let ownerCheck = owner(of: Array(paths.prefix(1)), subject: subject)
        if !ownerCheck.passed { return ownerCheck }
        for path in paths {
            guard let status = try? FileStatus(ofEntry: path) else { continue }
            if !status.isRegular {
                return DoctorCheck(
                    subject, "\(shown(path)) is not a regular file",
                    remedy: ShellWord.quoted(path).map { "mv \($0) \($0).old" })
            }
            if status.permissions & 0o600 != 0o600 {
                return DoctorCheck(
                    subject,
                    "its owner cannot open it (mode \(String(status.permissions, radix: 8)))",
                    remedy: ShellWord.quoted(path).map { "chmod 600 \($0)" })
            }
        }
        return DoctorCheck(subject)
    }

    /// Checks the files that the environment names for unlocking, up to the first unusable one.
    func unlockFiles() -> DoctorCheck {
        let subject = "the files that unlock the vault"
        let unlocking = Unlocking(access, world: world)
        for named in unlocking.firstOfEnvironment {
            do {
                if let key = try unlocking.examine(named) { try refuseForeign(key) }
            } catch {
                let failure = Failure(error)
                let reset = "unset \(named.variable ?? "")"
                // A path that only a shell can expand leads to no file.
                guard named.method.isFile, failure.status != .usage else {
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

    /// Throws the reason why a machine key does not open the vault, if it is about the key itself.
    private func refuseForeign(_ key: MachineKey) throws {
        guard let file = try? VaultFile(path: path) else { return }
        do {
            _ = try file.unlock(with: .machineKey(key))
        } catch VaultError.wrongMachineKey(let refusal) {
            throw VaultError.wrongMachineKey(refusal)
        } catch {
            // Another check reports this.
        }
    }

    /// Checks the content as every reader does, if a key is available without a prompt.
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
            // Another check reports this.
        }
        return DoctorCheck(subject)
    }

    /// Checks that the user can search the directories above the vault and save in its own.
    func access(to directory: String, of target: String) -> DoctorCheck {
        let subject = "the directory's owner"
        // If the vault cannot be looked up, a directory further up may not be searchable.
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
        let problem =
            isSaving && Directory.isAccessible(searched, forWriting: false)
            ? "files cannot be saved in" : "files cannot be found in"
        let cause =
            isOurs
            ? "its mode does not allow it"
            : "it belongs to \(status.owner == 0 ? "root" : "another user (\(status.owner))")"
        return DoctorCheck(
            subject, "\(problem) \(shown(searched)): \(cause)",
            remedy: ShellWord.quoted(searched).map {
                isOurs ? "chmod 700 \($0)" : "sudo chown \(ProcessOwner.id) \($0)"
            })
    }

    /// Checks the directory of the high-water marks, which detect an older copy of a vault.
    ///
    /// Creates the directory and a file to find out whether that is possible, and removes both again.
    func stateDirectory() -> DoctorCheck {
        let subject = "the state directory"
        let consequence = "cannot save the high-water mark, so a rollback may go unnoticed"
        guard let directory = world.stateDirectory else {
            return DoctorCheck(
                subject, "\(consequence): HOME is not set", remedy: HomeRemedy.command)
        }
        let missing = missingDirectories(on: directory)
        defer { for path in missing { Directory.removeEmpty(path) } }
        do throws(SystemCallFailure) {
            try Directory.create(directory)
            if let found = Directory.permissions(of: directory), found & 0o022 != 0 {
                return DoctorCheck(
                    subject, "other users can write to it (mode \(String(found, radix: 8)))",
                    remedy: ShellWord.quoted(directory).map { "chmod go-w \($0)" })
            }
            let probe = "\(directory)/.doctor"
            Directory.remove(probe)
            _ = try File(creating: probe)
            Directory.remove(probe)
            return DoctorCheck(subject)
        } catch {
            // Another `doctor` runs at the same time.
            if error.isExisting { return DoctorCheck(subject) }
            return DoctorCheck(
                subject, "\(consequence): \(Failure(error).message)",
                remedy: remedy(forDirectory: missing.last.map(Directory.parent) ?? directory))
        }
    }

    /// Returns `path` and the directories above it that do not exist, the deepest first.
    private func missingDirectories(on path: String) -> [String] {
        var missing: [String] = []
        var path = path
        while !Directory.holdsAnything(at: path), Directory.parent(of: path) != path {
            missing.append(path)
            path = Directory.parent(of: path)
        }
        return missing
    }

    /// Returns a command that makes marks possible; `directory` is the deepest one that exists.
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
