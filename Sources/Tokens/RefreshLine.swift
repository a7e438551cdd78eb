import Console
import Entries

/// What became of one token, for the report.
struct RefreshLine {
    let before: Entry
    let result: TokenRefresh.Result
    var after: Entry?
    /// How many page tokens came with it.
    var pages = 0
}
