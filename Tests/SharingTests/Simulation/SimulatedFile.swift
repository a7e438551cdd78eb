import Sharing
import Vault

/// A vault file as a value: its state, who can open it, and its records in the clear.
struct SimulatedFile {
    let state: VaultState
    /// The machines that have a slot.
    let slots: Set<Int>
    let records: [MergeRecord]
    /// What somebody who replaces the vault in the store does to the records.
    var effect: Effect?
    /// Secrets for which the merge that made this had no place.
    var dropped: [Digest] = []

    /// The record of `reference`.
    subscript(reference: Reference) -> MergeRecord? {
        records.first { $0.reference == reference }
    }

    /// The form in which the mark and readers know it.
    var mark: HighWaterMarks.State {
        HighWaterMarks.State(
            epoch: state.epoch, generation: state.generation,
            saveID: Array(state.id.text.utf8))
    }
}

/// What a change did to the secrets of a vault.
struct Effect {
    let machine: Int
    var added: [Digest] = []
    /// Secrets that whoever made the change had seen, and that are not in the result.
    var removed: [Digest] = []
    /// The times at which Meta was asked about secrets.
    var checked: [Digest: Int64] = [:]
}

/// The references that a simulation uses.
enum Pages {
    static let all: [Reference] = (1...4).compactMap { Reference(text: "page:\($0)") }
    static let unknown = Reference(text: "later-kind:7~later-suffix")
}
