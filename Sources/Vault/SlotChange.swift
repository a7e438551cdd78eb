package import Sodium

/// Other slots, and perhaps another data key, for a vault: not saved yet.
package struct SlotChange: Sendable {
    /// The header that the change was made from.
    let old: Header
    /// The header with the new slots; the generation is still the old one.
    package let new: Header
    /// The data key in the new slots.
    package let dataKey: SharedSecret

    /// Whether the slots in `header` are those that the change was made from.
    package func applies(to header: Header) -> Bool {
        header.vaultID == old.vaultID && header.epoch == old.epoch
            && header.passphraseSlot == old.passphraseSlot
            && header.machineSlots == old.machineSlots
    }
}
