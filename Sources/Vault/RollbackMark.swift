public import Platform
internal import Sodium

/// Remembers the newest state of each vault that this user has seen, so that an older copy put in a
/// vault's place is noticed (SECURITY.md, "Rollback").
public struct RollbackMarks: Sendable {
    private let directory: String
    private let acceptsRollback: Bool
    private let warn: @Sendable (SystemCallFailure) -> Void

    /// Marks in `directory`, one file for each vault.
    ///
    /// With `acceptingRollback` any state is taken, and remembered as the newest. `warn` is told when
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
    }

    /// Whether `state` may follow what was seen before; two states of the same age must be the same.
    ///
    /// Remembers it then.
    func admits(_ state: State, vaultID: [UInt8]) -> Bool {
        let mark = mark(of: vaultID)
        // Most looks find nothing new, and then nothing is written.
        if state == mark { return true }
        if !acceptsRollback, let mark, !state.isNewer(than: mark) { return false }
        remember(state, vaultID: vaultID)
        return true
    }

    /// Remembers `state` unless a newer one has been seen.
    func remember(_ state: State, vaultID: [UInt8]) {
        do throws(SystemCallFailure) {
            try Directory.create(directory)
            let path = path(of: vaultID)
            let lock = try FileLock.takingBriefly(path: "\(path).lock")
            defer { withExtendedLifetime(lock) {} }
            if let mark = mark(of: vaultID), !acceptsRollback, !state.isNewer(than: mark) { return }
            var file = try FileReplacement(of: path)
            try file.write(Array(text(of: state).utf8).span)
            try file.commitWithoutWaiting()
        } catch {
            warn(error)
        }
    }

    private func path(of vaultID: [UInt8]) -> String {
        "\(directory)/\(hexadecimal(vaultID))"
    }

    private func text(of state: State) -> String {
        "\(state.epoch) \(state.generation) \(hexadecimal(state.saveID))\n"
    }

    /// What was seen last; nil for nothing, or for a file that is no mark.
    func mark(of vaultID: [UInt8]) -> State? {
        guard let file = try? File(reading: path(of: vaultID)),
            let text = try? file.read(count: 256, at: 0)
        else { return nil }
        let fields = text.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 3, let epoch = UInt64(fields[0]), let generation = UInt64(fields[1]),
            fields[2].utf8.count == 2 * (KeyedHash.bytes + PayloadLayout.nonceBytes)
        else { return nil }
        guard let saveID = bytes(hexadecimal: fields[2]) else { return nil }
        return State(epoch: epoch, generation: generation, saveID: saveID)
    }
}
