import Console
import Entries
import Vault

/// A bar for the time that a token has left; full is 60 days, the life of a long-lived token.
struct RemainingLifeBar {
    private static let cells = 12
    private static let fullLife = 60.0 * 86_400

    let text: String

    init(_ entry: StoredEntry, status: EntryStatus, at moment: Timestamp) {
        var share = 1.0
        if status == .invalid || status == .expired {
            share = 0
        } else if let end = Self.end(of: entry) {
            share = min(1, Double(end.seconds - moment.seconds) / Self.fullLife)
        } else if status == .unknown {
            text = String(repeating: "?", count: Self.cells)
            return
        }
        // In eighths of a cell, and never empty while any time is left.
        let eighths = Int((share * Double(Self.cells * 8)).rounded())
        let filled = share > 0 ? max(1, eighths) : 0
        let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][filled % 8]
        let drawn = String(repeating: "█", count: filled / 8) + partial
        text = drawn + String(repeating: "·", count: Self.cells - drawn.count)
    }

    /// Returns the earlier of the expiry and the end of data access, or `nil` if neither is a time.
    static func end(of entry: StoredEntry) -> Timestamp? {
        switch (entry.metadata.expiresAt, entry.metadata.dataAccessExpiresAt) {
        case (.at(let end), .at(let endOfDataAccess)): min(end, endOfDataAccess)
        case (.at(let end), _), (_, .at(let end)): end
        default: nil
        }
    }
}
