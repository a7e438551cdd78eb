import Console
import Platform
import Vault

/// How old the copy of a shared vault is, and whether something waits to be shared.
struct CopyState {
    /// The vault, with a symbolic link resolved.
    let vaultPath: String
    /// When the store was last read, or `nil` if that is unknown.
    let syncedAt: Timestamp?
    /// Whether something on this machine is not in the store yet.
    let isAhead: Bool

    /// Looks at the vault at `path`, or returns `nil` if it is not shared.
    init?(ofVaultAt path: String) {
        let suffix = ".ahead"
        guard let ahead = SharedReading.aheadPath(ofVaultAt: path) else { return nil }
        vaultPath = String(ahead.dropLast(suffix.count))
        syncedAt = LastPull(ofVaultAt: path).time
        isAhead = Directory.holdsAnything(at: ahead)
    }

    /// Returns the age of the copy in seconds, or `nil` if it is unknown.
    func age(at now: Timestamp) -> Int64? {
        LastPull(ofVaultAt: vaultPath).age(at: now)
    }

    /// Returns the state in words.
    func words(at now: Timestamp) -> String {
        let age = age(at: now).map { "synced \(TimeText.span($0)) ago" } ?? "sync time unknown"
        return "\(age), \(isAhead ? "a change is not shared yet" : "nothing waits to be shared")"
    }
}
