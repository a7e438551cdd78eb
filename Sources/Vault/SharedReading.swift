internal import Platform

/// Which file of a vault to read: the vault itself or, on a machine that shares it, `<vault>.ahead`,
/// which is newer as long as it exists.
///
/// A reader takes no lock. It opens `.ahead` first, then the vault, and then reads the high-water
/// mark; if what it opened is too old, it looks once more, this time at the mark first.
package enum SharedReading {
    /// Which file of a shared vault was opened.
    struct Role {
        /// The path of `<vault>.ahead`.
        let ahead: String
        /// Whether that file was opened, and not the vault itself.
        let isAhead: Bool
    }

    /// Returns the path of `<vault>.ahead`, or `nil` if the vault at `path` is not shared.
    ///
    /// The settings of the store, in `<vault>.remote`, make it a shared one.
    package static func aheadPath(ofVaultAt path: String) -> String? {
        let isLink = (try? FileStatus(ofEntry: path))?.isSymbolicLink == true
        guard let vault = isLink ? try? Directory.resolve(path) : path,
            Directory.holdsAnything(at: "\(vault).remote")
        else { return nil }
        return "\(vault).ahead"
    }

    /// Throws `VaultError.leftover` if there are files of a shared vault where a vault is created.
    ///
    /// - Parameter andSettings: Whether to refuse settings alone too.
    package static func refuseLeftovers(
        of path: String, andSettings: Bool = false
    ) throws(VaultError) {
        for suffix in ["ahead", "sent"] + (andSettings ? ["remote"] : [])
        where Directory.holdsAnything(at: "\(path).\(suffix)") {
            throw .leftover(path: "\(path).\(suffix)")
        }
    }

    /// What to do with what was opened.
    package enum Choice: Equatable {
        /// `.ahead` is the newest state here. It is not in the store yet, so the mark stays.
        case ahead
        /// The vault is. If it is newer than the mark, the mark is raised, but only if `.ahead` is
        /// still missing: otherwise somebody may have replaced the vault, but not `.ahead` yet.
        case vault(raisesMark: Bool)
        /// What was opened is older than the mark.
        case tooOld
    }

    /// Returns what to read.
    ///
    /// - Parameters:
    ///   - ahead: `.ahead`, or `nil` if it is missing.
    ///   - vault: The vault, as it was after `.ahead` was opened or found to be missing.
    ///   - mark: The newest committed state that was seen, or `nil` if none is known.
    package static func choice(
        ahead: HighWaterMarks.State?, vault: HighWaterMarks.State, mark: HighWaterMarks.State?
    ) -> Choice {
        guard let mark else { return ahead == nil ? .vault(raisesMark: true) : .ahead }
        if let ahead { return ahead.isNewer(than: mark) ? .ahead : .tooOld }
        if vault == mark { return .vault(raisesMark: false) }
        return vault.isNewer(than: mark) ? .vault(raisesMark: true) : .tooOld
    }
}
