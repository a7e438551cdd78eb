public import Platform

/// What can be wrong with a vault or what was asked of it.
///
/// System calls that fail are thrown as Platform's `SystemCallFailure`.
public enum VaultError: Error, Equatable, Sendable {
    /// No file at this path.
    case missing(path: String)
    /// No file at this path, because of a symbolic link that leads to nothing.
    case missingTarget(path: String, BrokenLink)
    /// A file at this path already.
    case exists(path: String)
    /// A symbolic link on the way to this path that leads to nothing.
    case linkExists(BrokenLink)
    /// Not a vault, or one that was altered.
    case damaged(Damage)
    /// The passphrase does not open it, or its slot was altered: the two cannot be told apart.
    case wrongPassphrase
    /// The machine key does not open it.
    case wrongMachineKey(MachineKeyRefusal)
    /// The session's data key is not, or no longer, that of the file.
    case wrongDataKey
    /// Another process changed the file so that what was unlocked no longer opens it, or replaced it
    /// without holding the lock.
    case changedMeanwhile
    /// An older state than one that was seen before, or another one of the same age.
    case rolledBack(Rollback)
    /// There is a mark of the newest state seen, which does not say what that is.
    case unusableMark(path: String, HighWaterMarkFault)
    /// No more saves can be counted: 2^63 − 1 is the end.
    case exhausted
    /// Another process held the lock for too long.
    case busy
    /// No such entry.
    case noEntry(Reference)
    /// There is such an entry already.
    case entryExists(Reference)
    /// Argon2id could not get its memory.
    case outOfMemory(kib: UInt64)
    /// A secret that no record can hold.
    case unusableSecret(SecretFault)
    /// One save was to change an entry twice: a fault of the program.
    case changedTwice(Reference)
    /// Metadata of an entry that would grow over 64 KiB.
    case metadataTooLarge(Reference)
}

extension VaultError {
    /// Why there is no vault at `path`, if `failure` says that there is none.
    init?(_ failure: SystemCallFailure, at path: String) {
        guard failure.isMissing else { return nil }
        self = BrokenLink(on: path).map { .missingTarget(path: path, $0) } ?? .missing(path: path)
    }
}

/// How a state of a vault compares with the newest one that was seen.
public enum Rollback: Equatable, Sendable {
    /// Of the same data key, and older.
    case earlierSave(UInt64, seen: UInt64)
    /// From before the data key was changed.
    case earlierDataKey
    /// As old as that one, and another: both were saved apart from each other.
    case fork
}

/// Why a mark does not say which state was seen.
public enum HighWaterMarkFault: Equatable, Sendable {
    /// The system does not let it be read.
    case unreadable(reason: String)
    /// It is a directory, a pipe or a device.
    case notAFile
    /// It is neither this user's nor root's.
    case foreign(owner: UInt32)
    /// It has no content.
    case empty
    /// Its content is not a mark.
    case malformed
}

/// Why a file is no sound vault.
public enum Damage: Error, Equatable, Sendable {
    /// It does not begin as a vault.
    case notAVault
    /// A header line that the format does not know in that place or form; lines count from 1.
    case headerLine(Int)
    /// The header is longer than 64 KiB, or has no end.
    case headerSize
    /// A derivation cost outside the limits.
    case passphraseCost
    /// The header was altered, or belongs to another data key.
    case headerMAC
    /// A machine's slot holds another vault's or another epoch's key.
    case machineSlot
    /// A part of the payload was altered, cut or moved; chunks count from 0.
    case chunk(Int)
    /// The file is too short for its payload.
    case payloadSize
    /// A record that is not one; records count from 0 where that is known.
    case record(RecordFault)
}

/// Why a line of the payload is no record.
public enum RecordFault: Error, Equatable, Sendable {
    /// Not two tabs, or no end of line.
    case shape
    /// Not a reference.
    case reference
    /// Not 1 byte to 64 KiB of printable ASCII.
    case secret
    /// Not a JSON object as the format wants it.
    case metadata
    /// References out of order, or one twice.
    case order
}

/// Why a machine key does not open a vault.
public enum MachineKeyRefusal: Equatable, Sendable {
    /// The key file is not one.
    case malformedKeyFile
    /// It was made for another vault, or the vault's key pair is no longer the same.
    case otherVault
    /// The vault has no slot for it: it was removed.
    case noSlot
    /// Its slot was not made by this vault.
    case forgedSlot
}

/// Why bytes cannot be stored as a secret.
public enum SecretFault: Error, Equatable, Sendable {
    /// Nothing there.
    case empty
    /// More than 64 KiB.
    case tooLong
    /// A byte that is no printable ASCII; its offset.
    case unprintable(offset: Int)
    /// White space; its offset.
    case whiteSpace(offset: Int)
}
