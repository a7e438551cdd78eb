public import Platform
internal import Sodium

/// Remembers the newest state of each vault that this user has seen, so that an older copy put in a
/// vault's place is noticed (SECURITY.md, "Rollback").
public struct HighWaterMarks: Sendable {
    private let directory: String
    private let acceptsRollback: Bool
    private let warn: @Sendable (SystemCallFailure) -> Void

    /// Marks in `directory`, one file for each vault.
    ///
    /// With `acceptingRollback` any state is taken, and remembered as the newest. `warn` is called when
    /// a mark cannot be kept, which prevents nothing else.
    public init(
        directory: String, acceptingRollback: Bool = false,
        warn: @escaping @Sendable (SystemCallFailure) -> Void
    ) {
        self.directory = directory
        acceptsRollback = acceptingRollback
        self.warn = warn
    }

    /// A state of a vault: which of two is newer is told by epoch and generation.
    struct State: Equatable {
        let epoch: UInt64
        let generation: UInt64
        /// `VaultFile.saveID`.
        let saveID: [UInt8]

        func isNewer(than other: State) -> Bool {
            (epoch, generation) > (other.epoch, other.generation)
        }

        /// What it would be to go back to this state after `seen`; nil if it is that one, or newer.
        func rollback(from seen: State) -> Rollback? {
            if self == seen || isNewer(than: seen) { return nil }
            if epoch < seen.epoch { return .earlierDataKey }
            return generation < seen.generation
                ? .earlierSave(generation, seen: seen.generation) : .fork
        }
    }

    /// Throws what every command would refuse `file` for; the file need not be opened for that.
    public func examine(_ file: borrowing VaultFile) throws(VaultError) {
        let header = file.header
        let state = State(
            epoch: header.epoch, generation: header.generation, saveID: file.saveID)
        let mark = try mark(of: header.vaultID)
        if let rollback = mark.flatMap({ state.rollback(from: $0) }) { throw .rolledBack(rollback) }
    }

    /// Whether `state` may follow what was seen before; two states of the same age must be the same.
    ///
    /// Remembers it then.
    /// - Throws: `VaultError.unusableMark` for a mark that does not say what was seen.
    func admits(_ state: State, vaultID: [UInt8]) throws(VaultError) -> Bool {
        if acceptsRollback {
            let isKnown = (try? mark(of: vaultID)) == state
            if !isKnown { remember(state, vaultID: vaultID) }
            return true
        }
        let mark = try mark(of: vaultID)
        // Most looks find nothing new, and then nothing is written.
        if state == mark { return true }
        if let mark, !state.isNewer(than: mark) { return false }
        remember(state, vaultID: vaultID)
        return true
    }

    /// Remembers `state` unless a newer one has been seen, or what was seen cannot be read.
    func remember(_ state: State, vaultID: [UInt8]) {
        do throws(SystemCallFailure) {
            try Directory.create(directory)
            let path = path(of: vaultID)
            let lock = try FileLock.takingBriefly(path: "\(path).lock", for: path)
            defer { withExtendedLifetime(lock) {} }
            if acceptsRollback {
                // Nothing else can be put in the place of a directory.
                Directory.removeEmpty(path)
            } else {
                let isNews = try? mark(of: vaultID).map(state.isNewer) ?? true
                guard isNews == true else { return }
            }
            // Another user's mark must not stay that.
            var file = try FileReplacement(of: path, keepsOwner: false)
            try file.write(Array(text(of: state).utf8).span)
            try file.commitContent()
        } catch {
            warn(error)
        }
    }

    /// The mark of a vault and its lock, which need not be there.
    public func files(of vaultID: [UInt8]) -> [String] {
        [path(of: vaultID), "\(path(of: vaultID)).lock"]
    }

    private func path(of vaultID: [UInt8]) -> String {
        "\(directory)/\(hexadecimal(vaultID))"
    }

    private func text(of state: State) -> String {
        "\(state.epoch) \(state.generation) \(hexadecimal(state.saveID))\n"
    }

    /// What was seen last; nil if nothing was, or there is no place where marks could be.
    func mark(of vaultID: [UInt8]) throws(VaultError) -> State? {
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

    /// As the format counts: from 1 to 2^63 − 1.
    private static func number(_ text: String) -> UInt64? {
        UInt64(text).flatMap { (1...UInt64(Int64.max)).contains($0) ? $0 : nil }
    }

    /// Whether no mark can be at `path`; in a directory that may not be searched there can be one.
    private func isMissing(_ path: String) -> Bool {
        Directory.presence(at: path).map { !$0 } ?? (Directory.presence(at: directory) != true)
    }

    /// Root works in the home of another user too, whose marks are there.
    private func isTrusted(owner: UInt32) -> Bool {
        if owner == ProcessOwner.id || owner == 0 { return true }
        return ProcessOwner.isRoot && owner == (try? FileStatus(of: directory))?.owner
    }
}
