package import Console
import Entries
package import SharedVault
import Sharing
import Vault

/// Why a vault and its store could not be brought together.
enum SyncMessage: Message {
    case rolledBack(StoreRollback)
    case headGone
    case damagedHead
    /// A later version of the program wrote what the store has.
    case laterFormat
    /// No key here opens what the store has.
    case lockedHead
    case forkedEpochs
    /// A command that changes keys or an app secret needs that nothing waits to be shared.
    case changeWaiting
    /// Another machine committed a change before such a command could.
    case behind
    /// Others committed first, again and again.
    case lostRaces

    enum ID: String, MessageID {
        case rolledBack = "store-rolled-back"
        case headGone = "vault-gone-from-store"
        case damagedHead = "vault-damaged-in-store"
        case laterFormat = "newer-version-in-store"
        case lockedHead = "key-changed-elsewhere"
        case forkedEpochs = "two-new-data-keys"
        case changeWaiting = "change-waiting"
        case behind = "changed-elsewhere"
        case lostRaces = "store-busy"
    }

    var failure: Failure {
        switch self {
        case .rolledBack(.ancestor):
            rolledBack("the store has an older state of the vault than this machine")
        case .rolledBack(.fork):
            rolledBack("the store has a state of the vault that was not made from the one here")
        case .rolledBack(.older):
            rolledBack("the store has a state of the vault from long before the one here")
        case .headGone:
            Failure(
                ID.headGone, .damaged, "the vault is no longer in the store",
                hint: "tokenvault sync --restore")
        case .damagedHead:
            Failure(
                ID.damagedHead, .damaged, "what the store has is damaged, or not this vault",
                hint: "tokenvault sync --restore")
        case .laterFormat:
            Failure(
                ID.laterFormat, .damaged,
                "what the store has was written by a newer version of tokenvault")
        case .lockedHead:
            Failure(
                ID.lockedHead, .locked,
                "another machine changed the passphrase or the keys, and no key given here opens "
                    + "the new state",
                hint: "tokenvault sync")
        case .forkedEpochs:
            Failure(
                ID.forkedEpochs, .damaged,
                "the store and this machine have different data keys of the same age; decide "
                    + "which one to keep")
        case .changeWaiting:
            Failure(
                ID.changeWaiting, .tryLater,
                "a change on this machine is not in the store yet; this command needs both to be "
                    + "the same",
                hint: "tokenvault sync")
        case .behind:
            Failure(
                ID.behind, .tryLater,
                "another machine changed the vault in the meantime, so nothing was saved; run the "
                    + "command again")
        case .lostRaces:
            Failure(
                ID.lostRaces, .tryLater,
                "others are saving to the store all the time; try again later",
                hint: "tokenvault sync")
        }
    }

    private func rolledBack(_ text: MessageText) -> Failure {
        Failure(ID.rolledBack, .damaged, text, hint: "tokenvault sync --restore")
    }

    static var samples: [SyncMessage] {
        [
            .rolledBack(.ancestor), .rolledBack(.fork), .rolledBack(.older), .headGone,
            .damagedHead, .laterFormat, .lockedHead, .forkedEpochs, .changeWaiting, .behind,
            .lostRaces,
        ]
    }

    /// Returns why a session did not succeed, or `nil` if it did.
    static func failure(_ result: SyncSession.Result, cause: (any Error)?) -> Failure? {
        switch result {
        case .shared, .replaced: return nil
        case .notShared(.noAnswer): return (StoreMessage(cause: cause) ?? .noAnswer).failure
        case .notShared(.refused): return (StoreMessage(cause: cause) ?? .refused).failure
        case .notShared(.lostRaces), .notShared(.busy): return SyncMessage.lostRaces.failure
        case .rollback(let rollback): return SyncMessage.rolledBack(rollback).failure
        case .headGone: return SyncMessage.headGone.failure
        case .unusable(.damaged): return SyncMessage.damagedHead.failure
        case .unusable(.laterFormat): return SyncMessage.laterFormat.failure
        case .unusable(.locked): return SyncMessage.lockedHead.failure
        case .forkedEpochs: return SyncMessage.forkedEpochs.failure
        case .aheadWaiting: return SyncMessage.changeWaiting.failure
        case .behind: return SyncMessage.behind.failure
        case .exhausted: return VaultError.exhausted.failure
        case .failed: return SharingError.outOfStep.failure
        }
    }
}

extension SharingError: Message {
    package enum ID: String, MessageID {
        case tooLarge = "vault-too-large-to-share"
        case damagedFile = "waiting-change-damaged"
        case otherVault = "other-vault-in-store"
    }

    package var failure: Failure {
        switch self {
        case .tooLarge:
            Failure(ID.tooLarge, .usage, "the vault would exceed 16 MiB, the limit for sharing")
        case .damagedFile(let path):
            Failure(
                ID.damagedFile, .damaged,
                "\(Path(path)), with a change that waits to be shared, is damaged or not a vault")
        case .otherVault:
            Failure(
                ID.otherVault, .exists,
                "the store has another vault under this prefix; use another prefix")
        case .exhausted: VaultError.exhausted.failure
        case .outOfStep: ProgramFault.unexpected(self).failure
        }
    }

    package static var samples: [SharingError] {
        [
            .tooLarge, .damagedFile(path: "/home/ann/.local/share/tokenvault/vault.sent"),
            .otherVault,
        ]
    }
}
