public import Platform

/// An error from opening, reading or changing a vault.
///
/// System calls that fail throw Platform's `SystemCallFailure` instead.
public enum VaultError: Error, Equatable, Sendable {
    /// There is no file at this path.
    case missing(path: String)
    /// There is no file at this path, because a symbolic link is broken.
    case missingTarget(path: String, BrokenLink)
    /// There is already a file at this path.
    case exists(path: String)
    /// This file of a shared vault is where a vault should be created.
    case leftover(path: String)
    /// A broken symbolic link prevents creating a file at this path.
    case linkExists(BrokenLink)
    /// The file is not a vault, or it was altered.
    case damaged(Damage)
    /// The passphrase does not open the vault, or the passphrase slot was altered: the two cannot
    /// be told apart.
    case wrongPassphrase
    /// The machine key does not open the vault.
    case wrongMachineKey(MachineKeyRefusal)
    /// The session's data key is not, or is no longer, the one of the file.
    case wrongDataKey
    /// Another process changed the file so that the unlocked key no longer opens it, or replaced it
    /// without taking the lock.
    case changedMeanwhile
    /// The state is older than one that was seen before, or a different one of the same age.
    case rolledBack(Rollback)
    /// The high-water mark exists, but it does not say which state was seen.
    case unusableMark(path: String, HighWaterMarkFault)
    /// The counter of saves has reached its maximum, 2^63 − 1.
    case exhausted
    /// Another process held the lock for too long.
    case busy
    /// There is no such entry.
    case noEntry(Reference)
    /// There is already such an entry.
    case entryExists(Reference)
    /// Argon2id could not allocate its memory.
    case outOfMemory(kib: UInt64)
    /// The secret cannot be stored in a record.
    case unusableSecret(SecretFault)
    /// One save would change an entry twice, which is a bug in the program.
    case changedTwice(Reference)
    /// The metadata of the entry would exceed 64 KiB.
    case metadataTooLarge(Reference)
}

extension VaultError {
    /// Creates the error for the missing vault at `path`, or returns `nil` if `failure` has another
    /// cause.
    init?(_ failure: SystemCallFailure, at path: String) {
        guard failure.isMissing else { return nil }
        self = BrokenLink(on: path).map { .missingTarget(path: path, $0) } ?? .missing(path: path)
    }
}

/// How the state of a vault compares with the newest one that was seen.
public enum Rollback: Equatable, Sendable {
    /// It has the same data key, and is older.
    case earlierSave(UInt64, seen: UInt64)
    /// It is from before the data key was changed.
    case earlierDataKey
    /// It has the same age but differs: both were saved independently of each other.
    case fork
}

/// Why a high-water mark does not say which state was seen.
public enum HighWaterMarkFault: Equatable, Sendable {
    /// The system refuses to read it.
    case unreadable(reason: String)
    /// It is a directory, a pipe or a device.
    case notAFile
    /// It belongs neither to this user nor to root.
    case foreign(owner: UInt32)
    /// It is empty.
    case empty
    /// Its content is not a mark.
    case malformed
}

/// What is wrong with a damaged vault file.
public enum Damage: Error, Equatable, Sendable {
    /// It does not begin like a vault.
    case notAVault
    /// A header line is unknown, malformed or out of place; lines count from 1.
    case headerLine(Int)
    /// The header is longer than 64 KiB, or does not end.
    case headerSize
    /// The cost of the key derivation is outside the limits.
    case passphraseCost
    /// The header was altered, or belongs to another data key.
    case headerMAC
    /// A machine's slot contains the key of another vault or another epoch.
    case machineSlot
    /// A part of the payload was altered, truncated or moved; chunks count from 0.
    case chunk(Int)
    /// The file is too short for its payload.
    case payloadSize
    /// A record is invalid.
    case record(RecordFault)
}

/// Why a line of the payload is not a valid record.
public enum RecordFault: Error, Equatable, Sendable {
    /// It does not have two tabs, or does not end.
    case shape
    /// The reference is invalid.
    case reference
    /// The secret is not 1 byte to 64 KiB of printable ASCII.
    case secret
    /// The metadata is not a JSON object of the required form.
    case metadata
    /// The references are out of order, or one occurs twice.
    case order
}

/// Why a machine key does not open a vault.
public enum MachineKeyRefusal: Equatable, Sendable {
    /// The key file is invalid.
    case malformedKeyFile
    /// It was made for another vault, or the vault's key pair has been replaced since.
    case otherVault
    /// The vault has no slot for it, because it was removed.
    case noSlot
    /// Its slot was not made by this vault.
    case forgedSlot
}

/// Why bytes cannot be stored as a secret.
public enum SecretFault: Error, Equatable, Sendable {
    /// There are no bytes.
    case empty
    /// There are more than 64 KiB.
    case tooLong
    /// There is a byte that is not printable ASCII, at this offset.
    case unprintable(offset: Int)
    /// There is whitespace, at this offset.
    case whiteSpace(offset: Int)
}
