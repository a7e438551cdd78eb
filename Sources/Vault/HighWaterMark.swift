public import Platform
internal import Sodium

/// The newest state of each vault that this user has seen, kept so that an older copy put in a
/// vault's place is noticed (SECURITY.md, "Rollback").
public struct HighWaterMarks: Sendable {
    private let directory: String
    private let acceptsRollback: Bool
    private let warn: @Sendable (SystemCallFailure) -> Void

    /// Uses the marks in `directory`, one file for each vault.
    ///
    /// With `acceptingRollback`, any state is accepted and recorded as the newest. `warn` is called
    /// if a mark cannot be saved, which does not stop anything else.
    public init(
        directory: String, acceptingRollback: Bool = false,
        warn: @escaping @Sendable (SystemCallFailure) -> Void
    ) {
        self.directory = directory
        acceptsRollback = acceptingRollback
        self.warn = warn
    }

    /// A state of a vault; epoch and generation determine which of two is newer.
    package struct State: Equatable, Sendable {
        package let epoch: UInt64
        package let generation: UInt64
        /// The identifier of the save (`VaultFile.saveID`).
        package let saveID: [UInt8]

        package init(epoch: UInt64, generation: UInt64, saveID: [UInt8]) {
            self.epoch = epoch
            self.generation = generation
            self.saveID = saveID
        }

        package func isNewer(than other: State) -> Bool {
            (epoch, generation) > (other.epoch, other.generation)
        }

        /// Returns how this state would be a rollback from `seen`, or `nil` if it is the same state
        /// or newer.
        func rollback(from seen: State) -> Rollback? {
            if self == seen || isNewer(than: seen) { return nil }
            if epoch < seen.epoch { return .earlierDataKey }
            return generation < seen.generation
                ? .earlierSave(generation, seen: seen.generation) : .fork
        }
    }

    /// Throws the error with which every command would refuse `file`, which need not be unlocked.
    public func examine(_ file: borrowing VaultFile) throws(VaultError) {
        let header = file.header
        let state = State(
            epoch: header.epoch, generation: header.generation, saveID: file.saveID)
        let mark = try mark(of: header.vaultID)
        if let rollback = mark.flatMap({ state.rollback(from: $0) }) { throw .rolledBack(rollback) }
    }

    /// Throws the error for a state of a vault that is older than what was seen, unless that is
    /// accepted.
    package func examine(_ state: State, of vaultID: [UInt8]) throws(VaultError) {
        guard !acceptsRollback else { return }
        if let rollback = try mark(of: vaultID).flatMap({ state.rollback(from: $0) }) {
            throw .rolledBack(rollback)
        }
    }

    /// Returns whether `state` may follow what was seen before, and records it if so.
    ///
    /// Two states of the same age must be identical.
    ///
    /// - Throws: `VaultError.unusableMark` if the mark does not say what was seen.
    func accepts(_ state: State, vaultID: [UInt8]) throws(VaultError) -> Bool {
        if acceptsRollback {
            let isKnown = (try? mark(of: vaultID)) == state
            if !isKnown { remember(state, vaultID: vaultID) }
            return true
        }
        let mark = try mark(of: vaultID)
        // Usually the state is not new, and then nothing is written.
        if state == mark { return true }
        if let mark, !state.isNewer(than: mark) { return false }
        remember(state, vaultID: vaultID)
        return true
    }

    /// Returns the same for a file of a shared vault.
    ///
    /// Only what was committed is recorded, and that only if nothing is ahead of it: otherwise
    /// somebody may have replaced the vault, but not `.ahead` yet.
    func accepts(
        _ state: State, as role: SharedReading.Role, vaultID: [UInt8]
    ) throws(VaultError) -> Bool {
        let mark = acceptsRollback ? nil : try mark(of: vaultID)
        switch SharedReading.choice(ahead: role.isAhead ? state : nil, vault: state, mark: mark) {
        case .ahead:
            // It is not committed, so there is nothing to record: the next committed state is.
            let seen = acceptsRollback ? try? self.mark(of: vaultID) : nil
            if let seen, state.rollback(from: seen) != nil { forget(vaultID) }
            return true
        case .vault(raisesMark: false): return true
        case .vault(raisesMark: true):
            if !Directory.holdsAnything(at: role.ahead) { remember(state, vaultID: vaultID) }
            return true
        case .tooOld: return false
        }
    }

    private func forget(_ vaultID: [UInt8]) {
        do throws(SystemCallFailure) {
            guard Directory.holdsAnything(at: path(of: vaultID)) else { return }
            let path = path(of: vaultID)
            let lock = try FileLock.takingBriefly(path: "\(path).lock", for: path)
            defer { withExtendedLifetime(lock) {} }
            try Directory.delete(path)
        } catch {
            warn(error)
        }
    }

    /// Records `state`, unless a newer one has been seen or the mark cannot be read.
    package func remember(_ state: State, vaultID: [UInt8]) {
        do throws(SystemCallFailure) {
            try Directory.create(directory)
            let path = path(of: vaultID)
            let lock = try FileLock.takingBriefly(path: "\(path).lock", for: path)
            defer { withExtendedLifetime(lock) {} }
            if acceptsRollback {
                // A file cannot be renamed over a directory.
                Directory.removeEmpty(path)
            } else {
                let isNewer = try? mark(of: vaultID).map(state.isNewer) ?? true
                guard isNewer == true else { return }
            }
            // A mark that belongs to another user must not keep that owner.
            var file = try FileReplacement(of: path, keepsOwner: false)
            try file.write(Array(text(of: state).utf8).span)
            try file.commitContent()
        } catch {
            warn(error)
        }
    }

    /// Returns the paths of a vault's mark and of its lock, which need not exist.
    public func files(of vaultID: [UInt8]) -> [String] {
        [path(of: vaultID), "\(path(of: vaultID)).lock"]
    }

    private func path(of vaultID: [UInt8]) -> String {
        "\(directory)/\(hexadecimal(vaultID))"
    }

    private func text(of state: State) -> String {
        "\(state.epoch) \(state.generation) \(hexadecimal(state.saveID))\n"
    }

    /// Returns the newest state seen, or `nil` if none is recorded or no mark can exist.
    package func mark(of vaultID: [UInt8]) throws(VaultError) -> State? {
        let path = path(of: vaultID)
        let text: [UInt8]
        var fault: HighWaterMarkFault?
        do throws(SystemCallFailure) {
            let file = try File(reading: path)
            let status = try file.status()
            if !status.isRegular { fault = .notAFile }
            if !isTrusted(owner: status.owner) { fault = .foreign(owner: status.owner) }
            text = fault == nil ? try file.read(count: 256, at: 0) : []
        } catch {
            if isMissing(path) { return nil }
            throw .unusableMark(path: path, .unreadable(reason: error.reason))
        }
        if let fault { throw .unusableMark(path: path, fault) }
        guard let state = state(in: text) else {
            throw .unusableMark(path: path, text.isEmpty ? .empty : .malformed)
        }
        return state
    }

    private func state(in mark: [UInt8]) -> State? {
        let fields = mark.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 3, let epoch = Self.number(fields[0]),
            let generation = Self.number(fields[1]),
            fields[2].utf8.count == 2 * (KeyedHash.bytes + PayloadLayout.nonceBytes),
            let saveID = bytes(hexadecimal: fields[2])
        else { return nil }
        let state = State(epoch: epoch, generation: generation, saveID: saveID)
        return Array(text(of: state).utf8) == mark ? state : nil
    }

    /// Parses a number within the limits of the format, 1 to 2^63 − 1.
    private static func number(_ text: String) -> UInt64? {
        UInt64(text).flatMap { (1...UInt64(Int64.max)).contains($0) ? $0 : nil }
    }

    /// Returns whether there can be no mark at `path`; in a directory that may not be searched,
    /// there can be one.
    private func isMissing(_ path: String) -> Bool {
        Directory.presence(at: path).map { !$0 } ?? (Directory.presence(at: directory) != true)
    }

    /// Returns whether to trust a mark that belongs to `owner`.
    ///
    /// Root may work in another user's home, so it also trusts marks of the directory's owner.
    private func isTrusted(owner: UInt32) -> Bool {
        if owner == ProcessOwner.id || owner == 0 { return true }
        return ProcessOwner.isRoot && owner == (try? FileStatus(of: directory))?.owner
    }
}
